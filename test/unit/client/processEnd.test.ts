import { setImmediate } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, it } from 'vitest';
import { ProcessEnd } from '../../../src/client/processEnd';

const never = new Promise<never>(() => undefined);
const failure = new Error('gone');

it('gives the answer, or its failure, where that comes first', async () => {
  const end = new ProcessEnd();
  expect(await end.unless(Promise.resolve(3))).toBe(3);
  await expect(end.unless(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(end.error).toBeUndefined();
});

it('tells all who wait, and who comes later, the first word', async () => {
  const end = new ProcessEnd();
  const waiting = [end.unless(never), end.unless(never)];
  end.tell(failure);
  end.tell(new Error('another'));
  await Promise.all(waiting.map(each => expect(each).rejects.toBe(failure)));
  await expect(end.unless(Promise.resolve(1))).rejects.toBe(failure);
  await end.wait();
  expect(end.error).toBe(failure);
});

it('keeps no answer once it is given', async () => {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  const end = new ProcessEnd();
  const answers: WeakRef<object>[] = [];
  for (let i = 0; i < 20; i++) {
    answers.push(new WeakRef(await end.unless(Promise.resolve({ i }))));
  }
  for (let i = 0; i < 5; i++) {
    await setImmediate();
    collect();
  }
  // The last may still be on the stack.
  expect(answers.filter(each => each.deref()).length).toBeLessThanOrEqual(1);
  expect(end.error).toBeUndefined();
});
