import Ajv from 'ajv';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import type { Interruption } from '../../../src/cli/interruption';
import { ProgressLine } from '../../../src/cli/progressLine';
import { run as runHere } from '../../../src/cli/run';
import type { ModelInfo, TrainPoint } from '../../../src/protocol/training';
import { buildCli } from './buildCli';
import type { Script } from './scriptedEngine';
import { spawnCli } from './spawnCli';

/** The command line in front of an engine that answers by a script, in a folder with a few pictures and a model. */
export class ScriptedCli {
  private constructor(
    private readonly cli: string,
    private readonly work: string,
  ) {}

  static async create(): Promise<ScriptedCli> {
    const cli = await buildCli('test/unit/cli/scriptedEngine.ts');
    const scripted = new ScriptedCli(cli, mkdtempSync(join(tmpdir(), 'twinlint-cli-training-')));
    for (const name of ['cat/1', 'cat/2', 'dog/3', 'dog/4']) scripted.put(`classes/${name}.png`, `picture ${name}`);
    for (const name of ['1', '2', '3']) scripted.put(`loose/${name}.png`, `picture ${name}`);
    scripted.put('m.twinlint', 'a model');
    return scripted;
  }

  readonly at = (...parts: string[]): string => join(this.work, ...parts);

  readonly put = (path: string, text: string): void => {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  };

  readonly start = (script: Script, args: readonly string[], env: NodeJS.ProcessEnv = {}): ReturnType<typeof spawnCli> => {
    rmSync(`${this.scriptFile}.asked`, { force: true });
    writeFileSync(this.scriptFile, JSON.stringify(script));
    return spawnCli(this.cli, args, {
      cwd: this.work,
      env: { ...process.env, XDG_CACHE_HOME: this.at('cache'), TWINLINT_SCRIPT: this.scriptFile, ...env },
    });
  };

  readonly run = (script: Script, ...args: string[]): ReturnType<typeof spawnCli>['ended'] => this.start(script, args).ended;

  /** What the engine was asked, in order. */
  readonly asked = () =>
    readFileSync(`${this.scriptFile}.asked`, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));

  /** For what never comes to start an engine: the command in this process, with the folder as its own. */
  readonly refusalOf = async (args: readonly string[]) => {
    const texts = { stdout: '', stderr: '' };
    const stream = (name: keyof typeof texts) =>
      new Writable({
        write(chunk, _, done) {
          texts[name] += String(chunk);
          done();
        },
      });
    const stderr = stream('stderr');
    const interruption = { add: () => () => {}, askFirst: () => () => {}, cleanUp: () => {} } as unknown as Interruption;
    const rest = { version: '0', enginePath: this.at('no-engine.js'), colours: false, interruption };
    const before = process.cwd();
    process.chdir(this.work);
    try {
      const code = await runHere(args, { ...rest, stdout: stream('stdout'), stderr, progress: new ProgressLine(stderr) });
      return { code, ...texts };
    } finally {
      process.chdir(before);
    }
  };

  readonly model = (): ModelInfo => ({
    path: this.at('m.twinlint'),
    name: 'm',
    sizeBytes: 1_234_567,
    hash: 'a'.repeat(64),
    network: 'small',
    input: [32, 32, 3],
    embeddingSize: 64,
    relation: 'same-class',
    distance: 'euclidean',
    threshold: 0.4321987654,
    labels: ['cat', 'dog'],
    trainedAt: '2026-01-02T03:04:05.000Z',
    trainedOn: { images: 40, pairs: 6, learnFrom: ['labels', 'pairs'] },
    metrics: { accuracy: 0.9641, rocAuc: 0.9912 },
    trainingLog: ['4 steps'],
    writtenBy: 'twinlint 0.1.0',
  });

  /** What commands of the last test wrote. */
  forget(): void {
    for (const name of ['out.twinlint', 'plot.svg', 'o.onnx', 'o']) rmSync(this.at(name), { force: true });
  }

  remove(): void {
    rmSync(this.work, { recursive: true, force: true });
    rmSync(dirname(dirname(this.cli)), { recursive: true, force: true });
  }

  private get scriptFile(): string {
    return this.at('script.json');
  }
}

const schemaOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url), 'utf8'));
const ajv = new Ajv({ strictTypes: false }).addSchema(schemaOf('model-v1'));

/** What a JSON text has against a published schema; null: nothing. */
export const problemsOf = (name: string, json: string) => {
  const validate = ajv.getSchema(`urn:twinlint:schema:${name}`) ?? ajv.compile(schemaOf(name));
  void validate(JSON.parse(json));
  return validate.errors;
};

const point = (step: number, validation?: TrainPoint['validation']): TrainPoint => ({
  step,
  elapsedMs: step * 10,
  loss: 1 / step,
  pairAccuracy: 1 - 1 / (step + 1),
  learningRate: 0.001,
  ...(validation && { validation }),
});
export const points = [point(1), point(2), point(4, { loss: 0.3, accuracy: 0.875, rocAuc: 0.9 })];
