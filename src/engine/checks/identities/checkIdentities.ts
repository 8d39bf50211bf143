import type { CheckFinding } from '../../../core/checks/checkFinding';
import type { CheckScore } from '../../../core/checks/checkScore';
import { calibrate } from '../../../core/checks/identityJudge';
import { identityMessages as messages } from '../../../core/checks/identityMessages';
import { note, NoteError } from '../../../core/dataset/note';
import type { IdentityCheckParams } from '../../../protocol/checks';
import { checkRuntime } from '../checkRuntime';
import { KeptRuntime } from '../../runtime/keptRuntime';
import type { CheckContext } from '../checkContext';
import type { CheckResult } from '../checkService';
import { starterWeights } from '../starterWeights';
import { identityScores, mismatches } from './identityFindings';
import { figuresOf } from './identityFigures';
import type { IdentityNetwork } from './identityNetworks';
import { identityNetwork } from './identityNetworks';
import type { Look, Question } from './judgeIdentities';
import { canStandardize, IdentityJudge } from './judgeIdentities';
import type { KnownReferences } from './knownReferences';
import type { LearnedNetworks } from './learnIdentities';
import { FEWEST_IDENTITIES, learnIdentities } from './learnIdentities';
import type { Identities } from './listIdentities';
import { listIdentities } from './listIdentities';
import type { IdentitiesRead } from './readIdentities';
import { readIdentities } from './readIdentities';
import { loadReferences, saveReferences } from './referenceFile';
import { embedFiles } from './trainIdentities';
import { FileVectors } from './fileVectors';
import { askStored, namedAsStored } from './verifyStored';

/** The chance that a file is nearer to its own identity than to another, from which on the networks know something. */
const LEAST_AUC = 0.7;

/** Does each file belong to the identity whose folder it lies in? Learns from the files themselves, or verifies them against stored references. */
export async function checkIdentities(params: IdentityCheckParams, context: CheckContext): Promise<CheckResult> {
  const { references } = params;
  const known = references === undefined ? undefined : await loadReferences(references);
  const found = await listIdentities(params.root, context);
  const listed = known && references !== undefined ? namedAsStored(found, known, references, context) : found;
  if (listed.names.length === 1) throw new NoteError(note(messages.oneIdentity, listed.names[0]));
  const read = await readIdentities(listed.medium, params.root, listed.files, context);
  const runtime = await checkRuntime(params.runtime);
  const kept = new KeptRuntime(runtime);
  try {
    const check = new Check(params, context, listed, read, kept);
    return await (known ? check.verify(known) : check.learnAndJudge());
  } finally {
    await kept.dispose();
  }
}

class Check {
  readonly #network: IdentityNetwork;

  constructor(
    private readonly params: IdentityCheckParams,
    private readonly context: CheckContext,
    private readonly listed: Identities,
    private readonly read: IdentitiesRead,
    private readonly runtime: KeptRuntime,
  ) {
    this.#network = identityNetwork(listed.medium);
  }

  async learnAndJudge(): Promise<CheckResult> {
    const { names, medium, files } = this.listed;
    const usable = Int32Array.from(files, ({ identity }, i) => (this.read.isReadable[i] ? identity : -1));
    const sizes = new Int32Array(names.length);
    for (const identity of usable) if (identity >= 0) sizes[identity]++;
    const several = sizes.filter(size => size > 1).length;
    const asItIs = several < FEWEST_IDENTITIES;
    const start = medium === 'images' ? await starterWeights(this.context.starterPath) : {};
    if (asItIs && (several === 0 || Object.keys(start).length === 0)) {
      this.context.onNote(note(messages.fewIdentities, several, FEWEST_IDENTITIES));
      return this.result([], {});
    }
    if (asItIs) this.context.onNote(note(messages.starterOnly, several, FEWEST_IDENTITIES));
    const { seed = 1, seconds } = this.params;
    const { inputs } = this.read;
    const [network, runtime, count] = [this.#network, this.runtime, names.length];
    const options = { network, runtime, inputs, identities: usable, count, seed, start, asItIs };
    const learned = await learnIdentities({ ...options, ...(seconds !== undefined && { seconds }) }, this.context);
    const { steps, elapsedMs, curve } = learned;
    return {
      ...(await this.judge(learned)),
      ...(curve.length > 0 && { curve: curve.map(({ step, loss }) => ({ step, loss })) }),
      ...(steps > 0 && { trained: { steps, seconds: Math.round(elapsedMs / 100) / 10, runtime: runtime.name } }),
    };
  }

  /** Nothing is learned: thresholds and what is known of distances are the stored ones. */
  async verify(known: KnownReferences): Promise<CheckResult> {
    const { report, signal } = this.context;
    report('judge', 0);
    const judge = new IdentityJudge(known);
    const referenceOf = new Map(known.paths.map((path, reference) => [path, reference]));
    const asked = this.askable(judge, file => referenceOf.get(this.pathOf(file)) ?? -1);
    const questions = await askStored(known, this.listed, asked, this.read.inputs, this.runtime, this.context);
    const looks = await judge.lookAt(questions, signal, share => report('judge', 0.7 + 0.3 * share));
    const { threshold, rates } = known.calibration;
    const found = this.mismatches(known, judge, questions, looks);
    const figures = { threshold, eer: rates.eer, 'eer-threshold': rates.eerThreshold };
    const scores = identityScores(known, questions, looks, file => this.pathOf(file));
    return { ...this.result(found, figures, scores), errorRates: rates.points };
  }

  private async judge({ networkOf, networks }: LearnedNetworks): Promise<CheckResult> {
    const { report, signal } = this.context;
    const { files, names, medium } = this.listed;
    report('judge', 0);
    const readable = Int32Array.from([...files.keys()].filter(i => this.read.isReadable[i]));
    const referenceFiles = readable.filter(i => files[i].isReference);
    const referenceOf = new Map([...referenceFiles].map((file, r) => [file, r]));
    const all: FileVectors[] = [];
    for (const weights of networks) {
      const parts = { network: this.#network, runtime: this.runtime, inputs: this.read.inputs, signal };
      all.push(new FileVectors(readable, await embedFiles(parts, weights, readable)));
      report('judge', (0.7 * all.length) / networks.length);
    }
    const references: Omit<KnownReferences, 'calibration'> = {
      medium,
      names,
      networkOf,
      networks: networks.map((weights, k) => ({ weights, vectors: all[k].ofAll(referenceFiles) })),
      paths: Array.from(referenceFiles, file => this.pathOf(file)),
      identities: referenceFiles.map(file => files[file].identity),
      isStandardized: canStandardize(networkOf),
    };
    const judge = new IdentityJudge(references);
    const asked = this.askable(judge, file => referenceOf.get(file) ?? -1);
    const questions = asked.map((file): Question => {
      const { identity } = files[file];
      return { file, identity, vector: all[networkOf[identity]].of(file), reference: referenceOf.get(file) ?? -1 };
    });
    const looks = await judge.lookAt(questions, signal, share => report('judge', 0.7 + 0.3 * share));
    const own = Float64Array.from(looks, ({ distance }) => distance);
    const foreign = Float64Array.from(looks.flatMap(({ strangers }) => [...strangers]));
    if (own.length === 0 || foreign.length === 0) return this.result([], {});
    const known: KnownReferences = { ...references, calibration: calibrate(own, foreign) };
    const isInformed = known.calibration.auc >= LEAST_AUC;
    if (!isInformed) this.context.onNote(note(messages.notInformative, asked.length));
    else await this.save(known);
    const found = isInformed ? this.mismatches(known, judge, questions, looks) : [];
    const figures = figuresOf(known.calibration, own, foreign);
    const scores = identityScores(known, questions, looks, file => this.pathOf(file));
    return { ...this.result(found, figures, scores), errorRates: known.calibration.rates.points };
  }

  private async save(known: KnownReferences): Promise<void> {
    const { saveReferences: file, root } = this.params;
    if (file === undefined) return;
    await saveReferences(file, root.path, known);
    this.context.onNote(note(messages.referencesSaved, known.names.length, file));
  }

  /** The files that can be judged; tells of identities that have none. @param referenceOf a file's number among the references, or −1 */
  private askable(judge: IdentityJudge, referenceOf: (file: number) => number): number[] {
    const { files } = this.listed;
    const asked = [...files.keys()].filter(i => {
      const { identity, isJudged } = files[i];
      return isJudged && this.read.isReadable[i] && judge.canJudge(identity, referenceOf(i));
    });
    this.tellLonely(asked);
    return asked;
  }

  /** Identities of which nothing can be judged. */
  private tellLonely(asked: readonly number[]): void {
    const { files, names } = this.listed;
    const { onNote } = this.context;
    const judged = new Set(asked.map(i => files[i].identity));
    const questioned = new Set(files.filter(({ isJudged }) => isJudged).map(({ identity }) => identity));
    const lonely = [...new Set(files.map(({ identity }) => identity))].filter(identity => !judged.has(identity));
    const [without, alone] = [lonely.filter(each => !questioned.has(each)), lonely.filter(each => questioned.has(each))];
    if (without.length > 0) onNote(note(messages.noQuestion, without.length, names[without[0]]));
    if (alone.length > 0) onNote(note(messages.fewFiles, alone.length, names[alone[0]]));
  }

  private mismatches(
    known: KnownReferences,
    judge: IdentityJudge,
    questions: readonly Question[],
    looks: readonly Look[],
  ): CheckFinding[] {
    const there = new Set(this.listed.files.map(({ file }) => file.path));
    return mismatches(
      known,
      judge,
      questions,
      looks,
      file => this.pathOf(file),
      path => there.has(path),
    );
  }

  private pathOf(file: number): string {
    return this.listed.files[file].file.path;
  }

  private result(
    found: readonly CheckFinding[],
    figures: Readonly<Record<string, number>>,
    scores: readonly CheckScore[] = [],
  ): CheckResult {
    return {
      check: 'identities',
      samples: this.listed.files.filter(({ isJudged }) => isJudged).length,
      judged: scores.length,
      scores,
      findings: [...this.read.findings, ...found],
      figures: { identities: this.listed.names.length, ...figures },
    };
  }
}
