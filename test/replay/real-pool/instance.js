// One instance of a real pool: a process that starts, works for a while as a runtime would, and then serves calls that wait.
const [rounds] = process.argv.slice(2).map(Number);
const text = JSON.stringify(Array.from({length: 200}, (_, k) => ({id: k, name: `name-${k * 7}`})));
let found = 0;
for (let k = 0; k < rounds; k++) found += JSON.parse(text).filter(({name}) => /(\w+)-(\d+)/.test(name)).length;
process.on('message', ({ms}) => setTimeout(() => process.send({served: true}), ms));
process.on('disconnect', () => process.exit(0));
process.send({ready: found});
