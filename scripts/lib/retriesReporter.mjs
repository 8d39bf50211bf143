/** A vitest reporter that names at the end what passed, or failed, only after a retry. */
// Vitest asks a reporter's file for its default export.
// eslint-disable-next-line no-restricted-syntax
export default class RetriesReporter {
  onTestRunEnd(testModules) {
    const retried = testModules
      .flatMap(module => [...module.children.allTests()])
      .filter(test => (test.diagnostic()?.retryCount ?? 0) > 0);
    for (const test of retried) {
      console.log(`NEEDED A RETRY (${test.result().state} then)  ${test.module.relativeModuleId} > ${test.fullName}`);
    }
  }
}
