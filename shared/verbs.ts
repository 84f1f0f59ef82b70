import * as z from 'zod';

/** The verbs that run as operations. */
export const verbSchema = z.enum([
  'create',
  'mount',
  'unmount',
  'up',
  'down',
  'delete',
  'autostart-enable',
  'autostart-disable',
  'rename',
  'release-slot',
  'resize',
  'fork',
  'passphrase-change',
  'header-restore',
]);
export type Verb = z.infer<typeof verbSchema>;
