import { describe } from 'vitest';
import { makeJourney } from './harness/journey';
import { listHostTests, runInHost } from './harness/runInHost';

const folder = await makeJourney();
const report = await runInHost('api', folder.path, 180_000).finally(() => folder.remove());

describe('in the extension host', () => listHostTests(report));
