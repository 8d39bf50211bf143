import { testStates } from './testStates';

testStates('dark');
