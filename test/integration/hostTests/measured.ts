/** Figures that the tests of this run measured, in words; the runner outside prints them. */
export const measured: string[] = [];
