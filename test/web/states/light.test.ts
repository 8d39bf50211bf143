import { testStates } from './testStates';

testStates('light');
