/** The learning rate at a share of the run, 0…1. */
export interface Schedule {
  readonly name: 'constant' | 'cosine' | 'linear';
  /** `step` counts from 1. */
  rate(progress: number, step: number): number;
}

export interface ScheduleOptions {
  readonly peak: number;
  /** Steps over which the rate rises from nothing to its course. */
  readonly warmupSteps?: number;
}

const withWarmup = (
  name: Schedule['name'],
  { peak, warmupSteps = 20 }: ScheduleOptions,
  course: (progress: number) => number,
): Schedule => ({
  name,
  rate: (progress, step) => peak * Math.min(1, step / Math.max(1, warmupSteps)) * course(Math.min(1, Math.max(0, progress))),
});

/** The same all the time, without warm-up. */
export const constantSchedule = (peak: number): Schedule => ({ name: 'constant', rate: () => peak });

/** Half a cosine wave down to nothing: Loshchilov and Hutter, "SGDR", ICLR 2017, equation 5 without restarts. */
export const cosineSchedule = (options: ScheduleOptions): Schedule =>
  withWarmup('cosine', options, progress => 0.5 + 0.5 * Math.cos(Math.PI * progress));

/** A straight line down to nothing. */
export const linearSchedule = (options: ScheduleOptions): Schedule => withWarmup('linear', options, progress => 1 - progress);
