import type { Runtime } from '../runtime/runtime';
import { chooseRuntime, type RuntimePreference } from '../runtime/chooseRuntime';

/** A second thread makes steps of the checks' small networks slower, for twice the processor time (bench/checks/threads.mjs). */
const THREADS = 1;

/** The runtime that a check trains and embeds with. @throws RuntimeUnavailableError as {@link chooseRuntime} */
export const checkRuntime = async (preference: RuntimePreference = 'auto'): Promise<Runtime> =>
  (await chooseRuntime(preference, THREADS)).runtime;
