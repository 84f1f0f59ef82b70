/** The default datastore: the folder of a machine that holds all its repositories. */
export const DEFAULT_DATASTORE = '/mnt/rediacc';
