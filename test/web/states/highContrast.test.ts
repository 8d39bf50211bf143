import { testStates } from './testStates';

testStates('high-contrast');
