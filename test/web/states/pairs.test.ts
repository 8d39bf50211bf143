import { pairStates } from './stateTable';
import { testStates } from './testStates';

testStates(pairStates);
