/**
 * `npm run build`: bundles src/ into dist/: one file a command, so that a run loads only what it uses, shared code in
 * chunks, worker entries beside them; publishes the reports' JSON Schemas; then writes oclif's manifest so that
 * `--help` loads no command, and from it the manual page. The `tradeoff` commands are made from the registry of topics.
 */
import {createHash} from 'node:crypto';
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join, relative} from 'node:path';
import {pathToFileURL} from 'node:url';
import {leanOclif} from './lean-oclif.js';
import {manualPage} from './manual.js';
import {ensureInstalled, root} from './setup.js';

const banner = {
  js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
};

export async function build() {
  await compileKernel();
  await bundlePage();
  const {build: bundle} = await import('esbuild');
  const commandFiles = readdirSync(join(root, 'src/commands'), {recursive: true, encoding: 'utf8'})
    .filter((file) => /\.ts$/.test(file) && !file.startsWith('flags') && !file.includes('['))
    .map((file) => file.slice(0, -3));
  const workers = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
    .filter((file) => /(^|\/)[\w-]*worker\.ts$/.test(file))
    .map((file) => file.slice(0, -3));
  const {topics} = await moduleOf('src/tradeoff/topics.ts');
  const entryPoints = Object.fromEntries([
    ['run', 'src/run.ts'],
    ...commandFiles.map((file) => [`commands/${file}`, `src/commands/${file}.ts`]),
    ...Object.keys(topics).map((name) => [`commands/tradeoff/${name}`, `topic:${name}`]),
    ...workers.map((file) => [file, `src/${file}.ts`]),
  ]);
  const options = {
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Modules rather than what packages have for require: what nobody uses of them falls away.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    // For stacks under --debug.
    sourcemap: 'linked',
    sourcesContent: false,
    jsx: 'automatic',
    define: {'process.env.NODE_ENV': '"production"'},
    // These load themselves by path, or are never loaded in production.
    external: ['onnxruntime-node', '@duckdb/node-api', 'highs', 'typescript', 'tsx', 'ts-node', 'react-devtools-core'],
    logLevel: 'warning',
    banner,
  };
  const {metafile} = await bundle({
    ...options,
    plugins: [topicCommands, parsedTables, leanOclif],
    write: false,
    metafile: true,
  });
  rmSync(join(root, 'dist'), {recursive: true, force: true});
  await bundle({...options, plugins: [topicCommands, parsedTables, leanOclif, gathered(metafile.inputs)]});
  await publishSchemas();
  await writeManifest();
  writeFileSync(join(root, 'dist/.stamp'), sourceDigest());
}

const lanes = 'src/scheduler/lanes';

/** Compiles the kernel of the lanes and writes it as a module of bytes; a compiled one stays while its source does. */
async function compileKernel() {
  const source = readFileSync(join(root, lanes, 'kernel/assembly.ts'));
  const {version} = JSON.parse(readFileSync(join(root, 'node_modules/assemblyscript/package.json'), 'utf8'));
  const stamp = `// ${createHash('sha256').update(source).update(version).digest('hex')}\n`;
  const out = join(root, lanes, 'kernel-bytes.js');
  if (existsSync(out) && readFileSync(out, 'utf8').startsWith(stamp)) return;
  const asc = await import('assemblyscript/asc');
  let bytes;
  const flags = [
    '--optimizeLevel',
    '3',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--noAssert',
    '--outFile',
    'kernel.wasm',
  ];
  const {error, stderr} = await asc.main(['assembly.ts', '--config', 'none', ...flags], {
    readFile: (name) => (name === 'assembly.ts' ? source.toString() : null),
    writeFile: (name, contents) => {
      if (name === 'kernel.wasm') bytes = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${lanes}/kernel does not compile: ${error.message}\n${stderr.toString()}`);
  writeFileSync(out, `${stamp}export const kernelBase64 =\n  '${Buffer.from(bytes).toString('base64')}';\n`);
}

const pageAssets = 'src/tasks/report/page-assets.js';

/** Bundles what runs in the page of `report`, and writes it as a module of texts that the page is made of. */
async function bundlePage() {
  const {build: bundle} = await import('esbuild');
  const bundled = async (entryPoint, more) => {
    const {outputFiles} = await bundle({
      absWorkingDir: root,
      entryPoints: [entryPoint],
      bundle: true,
      write: false,
      minify: true,
      legalComments: 'none',
      logLevel: 'warning',
      ...more,
    });
    return outputFiles[0].text.trim();
  };
  // Every page carries the libraries, and so the notice that they ask for.
  const notice = readFileSync(join(root, 'src/page/notice.txt'), 'utf8').trim();
  const banner = {js: `/*!\n${notice}\n*/`};
  const script = await bundled('src/page/main.ts', {format: 'iife', platform: 'browser', target: 'es2022', banner});
  const style = await bundled('src/page/page.css', {});
  // Inside a script element nothing may look like its end.
  const harmless = script.replace(/<(?=\/script|!--)/gi, '\\x3c');
  const text = `export const pageScript =\n  ${JSON.stringify(harmless)};\nexport const pageStyle =\n  ${JSON.stringify(style)};\n`;
  writeFileSync(join(root, pageAssets), text);
}

/** Entries of no file of their own: the command of each topic. */
const topicCommands = {
  name: 'topic-commands',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^topic:/}, ({path}) => ({path: path.slice('topic:'.length), namespace: 'topic'}));
    onLoad({filter: /./, namespace: 'topic'}, ({path}) => ({
      contents: `import {topicCommand} from './[topic].ts';\nexport default await topicCommand('${path}');\n`,
      resolveDir: join(root, 'src/commands/tradeoff'),
    }));
  },
};

/**
 * Bundlers make a chunk of every set of entries that share modules: some seventy small files for a command, which are all
 * opened at once. So what most commands load is gathered, and what many do: whoever needs some of it imports all of it, and
 * it becomes one chunk. `inputs` is what a first pass says of modules.
 */
function gathered(inputs) {
  const importsOf = (path, dynamic) =>
    inputs[path].imports
      .filter(({kind, external}) => !external && (kind === 'dynamic-import') === dynamic)
      .map((its) => its.path);
  const reach = (start) => {
    const reached = new Set([start]);
    for (const path of reached) for (const next of importsOf(path, false)) reached.add(next);
    return reached;
  };
  const isSource = (path) => /^src\/.*\.tsx?$/.test(path);
  const isCommand = (path) => /^(topic:|src\/commands\/(?!flags\/)[^[]*\.ts$)/.test(path);
  const paths = Object.keys(inputs);
  const onDemand = new Set(paths.flatMap((path) => importsOf(path, true)).filter(isSource));
  const isEntry = (path) => isCommand(path) || path === 'src/run.ts' || onDemand.has(path) || /worker\.ts$/.test(path);
  const reachOf = new Map(paths.filter(isEntry).map((path) => [path, reach(path)]));
  const commands = [...reachOf.keys()].filter(isCommand);
  // Libraries stay where they are: not everybody who needs the rest needs them.
  const light = paths.filter((path) => isSource(path) && !isCommand(path) && [...reach(path)].every(isSource));
  const times = new Map(light.map((path) => [path, commands.filter((its) => reachOf.get(its).has(path)).length]));
  const groups = {
    most: light.filter((path) => times.get(path) > commands.length / 2),
    many: light.filter((path) => times.get(path) >= 5 && times.get(path) <= commands.length / 2),
  };
  return {
    name: 'gathered',
    setup({onResolve, onLoad}) {
      onResolve({filter: /^gathered:/}, ({path}) => ({path: path.slice('gathered:'.length), namespace: 'gathered'}));
      onLoad({filter: /./, namespace: 'gathered'}, ({path}) => ({
        contents: groups[path].map((its) => `import ${JSON.stringify(join(root, its))};`).join('\n'),
        resolveDir: root,
      }));
      onLoad({filter: /\.tsx?$/, namespace: 'file'}, ({path}) => {
        const reached = reachOf.get(relative(root, path));
        if (reached === undefined) return undefined;
        const wanted = Object.keys(groups).filter((name) => groups[name].some((its) => reached.has(its)));
        const imports = wanted.map((name) => `import 'gathered:${name}';\n`).join('');
        return {contents: `${readFileSync(path, 'utf8')}\n${imports}`, loader: path.endsWith('x') ? 'tsx' : 'ts'};
      });
    },
  };
}

/** Tables as text that is parsed: a literal of 60 kB takes 4 ms to load, and the same as JSON a half. */
const parsedTables = {
  name: 'parsed-tables',
  setup({onLoad}) {
    onLoad({filter: /\/src\/.*\.json$/}, ({path}) => ({
      contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))))});`,
    }));
  },
};

/** What a module of src/ exports, for what the build reads there. */
async function moduleOf(file) {
  const {build: bundle} = await import('esbuild');
  const {outputFiles} = await bundle({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** `*.schema.json` as they are, and what `*.schema.ts` make from the code. */
async function publishSchemas() {
  for (const file of readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})) {
    const name = basename(file);
    if (name.endsWith('.schema.json')) cpSync(join(root, 'src', file), join(root, 'dist/schemas', name));
    if (!name.endsWith('.schema.ts')) continue;
    const {schema} = await moduleOf(join('src', file));
    writeFileSync(join(root, 'dist/schemas', name.replace(/ts$/, 'json')), `${JSON.stringify(schema, undefined, 2)}\n`);
  }
}

async function writeManifest() {
  rmSync(join(root, 'oclif.manifest.json'), {force: true});
  const {Config} = await import('@oclif/core');
  const config = await Config.load({root, devPlugins: false, userPlugins: false});
  const plugin = config.plugins.get('coldfront');
  const commands = Object.fromEntries(
    [...(plugin.manifest.commands ? Object.entries(plugin.manifest.commands) : [])].sort(([a], [b]) =>
      a < b ? -1 : 1,
    ),
  );
  writeFileSync(join(root, 'oclif.manifest.json'), `${JSON.stringify({version: config.version, commands})}\n`);
  const {topics} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).oclif;
  mkdirSync(join(root, 'dist/man'));
  writeFileSync(join(root, 'dist/man/coldfront.1'), manualPage(config.version, commands, topics));
}

/** A digest of everything the build reads. */
function sourceDigest() {
  const hash = createHash('sha256');
  const src = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'}).filter((f) =>
    /\.(tsx?|json|css|txt)$/.test(f),
  );
  const files = [
    ...src.sort().map((file) => join('src', file)),
    'package.json',
    'package-lock.json',
    'bin/dev/build.js',
    'bin/dev/manual.js',
    'bin/dev/lean-oclif.js',
  ];
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Builds when the sources differ from those of the last build. */
export async function ensureBuilt() {
  const stamp = join(root, 'dist', '.stamp');
  const fresh = existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceDigest();
  if (fresh && [`${lanes}/kernel-bytes.js`, pageAssets].every((file) => existsSync(join(root, file)))) return;
  process.stderr.write('building...\n');
  await build();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureInstalled();
  await build();
}
