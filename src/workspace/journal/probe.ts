/** Called between any two system calls that change something; tests end the process there. */
export type Probe = (point: string) => void;

export const noProbe: Probe = () => undefined;
