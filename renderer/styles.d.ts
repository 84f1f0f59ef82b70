/** Style sheets that a module imports. Vite moves them into files of their own. */
declare module '*.css';
