// What a contender of run.mjs written in JavaScript does with standard input and output: one JSON request a line, one reply a line.
import { createInterface } from 'node:readline';

/** `handlers`: what to do for each value of a request's `do`; `ready` goes out first. Ends with the input. */
export async function serve(ready, handlers) {
  const reply = message => process.stdout.write(JSON.stringify(message) + '\n');
  reply(ready);
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    reply(await handlers[request.do](request));
  }
  process.exit(0);
}
