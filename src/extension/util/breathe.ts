/** Lets the event loop turn: long loops in the host call it between slices, so that no other extension waits for this one. */
export const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Loops longer than this are cut into slices. */
export const sliceLength = 500;
