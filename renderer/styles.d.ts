/** Style sheets that a module brings along; Vite takes them out into files. */
declare module '*.css';
