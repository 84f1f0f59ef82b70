/** The default datastore: the folder on a machine that holds everything. */
export const DEFAULT_DATASTORE = '/mnt/rediacc';
