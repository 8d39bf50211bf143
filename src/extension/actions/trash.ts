import type { Trash } from './ports';

export const openTrash = (): Trash => ({
  move: () => Promise.reject(new Error('Not written yet.')),
  list: () => Promise.resolve([]),
  restore: () => Promise.reject(new Error('Not written yet.')),
});
