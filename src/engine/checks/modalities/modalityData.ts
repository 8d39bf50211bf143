import { sizeOf } from '../../compile/graph';
import type { SeededRandom } from '../../samplers/random';
import type { BranchData } from '../branches/trainBranches';
import type { PictureFeatures } from '../branches/pictureFeatures';
import { MEL_BANDS } from './logMel';
import type { Modality } from '../../../core/checks/modalityNames';
import { COURSE_POINTS } from './sensorCourse';
import { SOUND_SHAPE } from './soundPictures';

/** All samples as numbers; sample i is picture, sound and record i. */
export interface ModalityMaterial {
  readonly features: PictureFeatures;
  /** samples × {@link SOUND_SHAPE} */
  readonly sounds: Float32Array;
  /** samples × {@link COURSE_POINTS} × sensors, each column with mean 0 and deviation 1 */
  readonly courses: Float32Array;
  /** Columns of a course. */
  readonly sensors: number;
  /** A number a sample, equal for near-duplicates of the image. */
  readonly groups: Int32Array;
  /** For each modality the number of the first sample of the same content. */
  readonly memberOf: Readonly<Record<Modality, Int32Array>>;
}

/** Moments that a sound and a record are moved by at random when learning. */
const SHIFT = 3;
/** Bands and moments of a sound that are blanked at random: Park et al., "SpecAugment", Interspeech 2019, section 2. */
const [MOST_BANDS, MOST_MOMENTS] = [8, 10];

/** Samples as the branches are fed with them. */
export function modalityData(material: ModalityMaterial): BranchData<Modality> {
  const { features, sounds, courses, sensors, groups, memberOf } = material;
  const sizes: Readonly<Record<Modality, number>> = {
    image: sizeOf(features.shape),
    sound: sizeOf(SOUND_SHAPE),
    sensors: COURSE_POINTS * sensors,
  };
  return {
    count: features.count,
    groups,
    array: (branch, batch) => new Float32Array(batch * sizes[branch]),
    write(branch, sample, array, slot, random) {
      const into = array as Float32Array;
      const size = sizes[branch];
      if (branch === 'image') {
        features.write(sample, into, slot, random);
        return;
      }
      const [source, width] = branch === 'sound' ? [sounds, MEL_BANDS] : [courses, sensors];
      const shift = random ? random.integer(2 * SHIFT + 1) - SHIFT : 0;
      shifted(source.subarray(sample * size, (sample + 1) * size), width, shift, into.subarray(slot * size, (slot + 1) * size));
      if (random && branch === 'sound') blank(into.subarray(slot * size, (slot + 1) * size), random);
    },
    arePartners: (a, b) =>
      groups[a] === groups[b] || memberOf.sound[a] === memberOf.sound[b] || memberOf.sensors[a] === memberOf.sensors[b],
  };
}

/** Rows of `width` numbers moved in time; the first or the last row stands where nothing was. */
function shifted(rows: Float32Array, width: number, by: number, into: Float32Array): void {
  const count = rows.length / width;
  for (let row = 0; row < count; row++) {
    const from = Math.min(count - 1, Math.max(0, row - by));
    into.set(rows.subarray(from * width, (from + 1) * width), row * width);
  }
}

function blank(sound: Float32Array, random: SeededRandom): void {
  const [moments] = SOUND_SHAPE;
  const [bands, length] = [random.integer(MOST_BANDS + 1), random.integer(MOST_MOMENTS + 1)];
  const [band, moment] = [random.integer(MEL_BANDS - bands + 1), random.integer(moments - length + 1)];
  // 0 is the mean of each band.
  for (let row = 0; row < moments; row++) sound.fill(0, row * MEL_BANDS + band, row * MEL_BANDS + band + bands);
  sound.fill(0, moment * MEL_BANDS, (moment + length) * MEL_BANDS);
}

/** Standard deviations beyond which nothing more is told apart. */
const MOST = 5;

/** Courses one after the other, each column with mean 0 and deviation 1 over all samples and moments. */
export function standardized(courses: readonly Float32Array[], sensors: number): Float32Array {
  const each = COURSE_POINTS * sensors;
  const result = new Float32Array(courses.length * each);
  courses.forEach((course, i) => result.set(course, i * each));
  const count = result.length / sensors;
  for (let column = 0; column < sensors; column++) {
    let [sum, squares] = [0, 0];
    for (let at = column; at < result.length; at += sensors) sum += result[at];
    const mean = sum / count;
    for (let at = column; at < result.length; at += sensors) squares += (result[at] - mean) ** 2;
    const deviation = Math.sqrt(squares / count);
    for (let at = column; at < result.length; at += sensors) {
      const value = deviation > 0 ? (result[at] - mean) / deviation : 0;
      result[at] = Math.min(MOST, Math.max(-MOST, value));
    }
  }
  return result;
}
