import type { CheckFinding, CheckRelated } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import type { CheckScore } from '../../../core/checks/checkScore';
import { doubtOf } from '../../../core/checks/checkScore';
import type { Calibration } from '../../../core/checks/identityJudge';
import { chanceAt } from '../../../core/checks/identityJudge';
import { identityMessages as messages } from '../../../core/checks/identityMessages';
import { note } from '../../../core/dataset/note';
import { displayDistance } from '../../../core/findings/findingMessage';
import type { IdentityJudge, Look, Question } from './judgeIdentities';
import type { KnownReferences } from './knownReferences';

/** A finding for each file beyond the threshold. @param pathOf a file's path below the root; @param isThere stored references may lie elsewhere */
export function mismatches(
  known: KnownReferences,
  judge: IdentityJudge,
  questions: readonly Question[],
  looks: readonly Look[],
  pathOf: (file: number) => string,
  isThere: (path: string) => boolean,
): CheckFinding[] {
  const { calibration, names } = known;
  return looks.flatMap((look, k): CheckFinding[] => {
    const { distance, other, otherDistance } = look;
    if (distance <= calibration.threshold) return [];
    const question = questions[k];
    const path = pathOf(question.file);
    const own = names[question.identity];
    const chance = chanceAt(calibration, distance);
    const isBetter = fitsOther(calibration, look);
    const related = (isBetter ? [question.identity, other] : [question.identity]).flatMap((identity): CheckRelated[] => {
      const nearest = judge.nearest(question, identity);
      const at = nearest && known.paths[nearest.reference];
      return nearest && at !== undefined && isThere(at) ? [{ path: at, distance: nearest.distance }] : [];
    });
    const figures = [displayDistance(distance), displayDistance(calibration.threshold), chance.toFixed(2)];
    return [
      {
        id: checkFindingId('identity-mismatch', path),
        kind: 'identity-mismatch',
        path,
        related,
        score: doubtAt(calibration, distance),
        message: isBetter
          ? note(messages.mismatchBetter, own, ...figures, names[other], displayDistance(otherDistance))
          : note(messages.mismatch, own, ...figures),
        suggestion: isBetter ? note(messages.moveTo, names[other]) : note(messages.review),
      },
    ];
  });
}

/** What is thought of each file that was judged. @param pathOf a file's path below the root */
export const identityScores = (
  { calibration, names }: KnownReferences,
  questions: readonly Question[],
  looks: readonly Look[],
  pathOf: (file: number) => string,
): CheckScore[] =>
  looks.map((look, k) => ({
    path: pathOf(questions[k].file),
    doubt: doubtAt(calibration, look.distance),
    ...(fitsOther(calibration, look) && { better: names[look.other] }),
  }));

/** Distances have no bounds; as a rank any of the curves will do that fall with them. */
const doubtAt = (calibration: Calibration, distance: number): number =>
  doubtOf(chanceAt(calibration, distance), 1 / (1 + Math.exp(distance)));

/** Whether another identity fits, and better than the own one. */
const fitsOther = ({ threshold }: Calibration, { distance, other, otherDistance }: Look): boolean =>
  other >= 0 && otherDistance <= threshold && otherDistance < distance;
