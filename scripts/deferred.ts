import type { Plugin } from 'esbuild';

const NAMESPACE = 'deferred';

/**
 * Makes a plugin that has these modules loaded by the first call of one of their functions, and not by their import. A
 * program that starts often and seldom needs one of them is then spared its loading at each start. Only functions and
 * classes of such a module can be imported.
 */
export function deferred(...modules: readonly string[]): Plugin {
  return {
    name: NAMESPACE,
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path, namespace, resolveDir }) =>
        modules.includes(path) && namespace !== NAMESPACE
          ? { path, namespace: NAMESPACE, pluginData: resolveDir }
          : undefined,
      );
      build.onLoad({ filter: /./, namespace: NAMESPACE }, async ({ path, pluginData }) => {
        const exported = Object.entries((await import(path)) as Record<string, unknown>);
        const callable = exported.filter(
          ([name, value]) => typeof value === 'function' && name !== 'default',
        );
        return {
          contents: callable.map(([name]) => loader(path, name)).join(''),
          resolveDir: pluginData as string,
        };
      });
    },
  };
}

function loader(path: string, name: string): string {
  const real = `require(${JSON.stringify(path)}).${name}`;
  return `export function ${name}(...given) { return new.target ? new (${real})(...given) : ${real}(...given); }\n`;
}
