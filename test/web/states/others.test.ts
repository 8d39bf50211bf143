import { otherStates } from './stateTable';
import { testStates } from './testStates';

testStates(otherStates);
