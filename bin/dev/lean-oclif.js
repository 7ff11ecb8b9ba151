/**
 * What every command waits for: of oclif's files only those that a command needs are run, and what none of ours needs is
 * left out of the bundle. A command starts 30 ms of CPU time sooner.
 */
import {readFileSync} from 'node:fs';

/** In place of packages that oclif loads: the build's manifest and plain templates are all that it has to deal with here. */
const instead = {
  // Its own engine is older than ours, and npm checks that.
  semver: 'exports.satisfies = () => true;',
  // Words of oclif to those who work on it.
  debug: 'module.exports = () => Object.assign(() => undefined, {enabled: false});',
  // All that our templates have is `<%= config.bin %>`; each was a function, written and compiled.
  ejs: `exports.render = (template, values) =>
    template.replace(/<%= ([\\w.]+) %>/g, (_, path) => path.split('.').reduce((its, key) => its[key], values));`,
  // Commands and settings are found in the manifest and package.json, not by looking for files.
  minimatch: 'exports.minimatch = undefined;',
  tinyglobby: 'exports.glob = undefined;',
  lilconfig: 'exports.lilconfig = undefined;',
  'get-package-type': 'module.exports = undefined;',
  // Whether Linux runs within Windows is of use to installers alone.
  'wsl-utils': 'exports.isWsl = false;',
  // Progress is drawn by ui/.
  'cli-spinners': 'module.exports = {};',
};

/** Lines by which compiled TypeScript gets hold of a module: `const x_1 = __importDefault(require("x"));`. */
const requires = /^(?:const|var) (\w+_\d+) = (.*\brequire\("[^"]+"\).*);$/gm;

const inOrder = '.sort((a, b) => a.id.localeCompare(b.id))';

export const leanOclif = {
  name: 'lean-oclif',
  setup({onResolve, onLoad}) {
    onResolve({filter: new RegExp(`^(${Object.keys(instead).join('|')})$`)}, ({path, importer}) =>
      importer.includes('/@oclif/core/') ? {path, namespace: 'lean-oclif'} : undefined,
    );
    onLoad({filter: /./, namespace: 'lean-oclif'}, ({path}) => ({contents: instead[path]}));
    onLoad({filter: /\/@oclif\/core\/lib\/.*\.js$/}, ({path}) => {
      const text = readFileSync(path, 'utf8');
      // The manifest is in order; a first localeCompare loads the tables of all languages, which takes 5 ms.
      if (path.endsWith('/config/plugin.js') && !text.includes(inOrder)) throw new Error(`${path} sorts otherwise now`);
      const contents = text
        .replace(inOrder, '')
        .replace(requires, 'const $1 = new Proxy({}, {get: (_, key) => ($2)[key]});');
      return {contents};
    });
  },
};
