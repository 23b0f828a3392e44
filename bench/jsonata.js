// The side of jsonata-js: reads {documents, cases: [{name, text, document}],
// millis} from its standard input and writes for each case its nanoseconds and
// its result.
const jsonata = require('jsonata');

async function main() {
	const job = JSON.parse(require('fs').readFileSync(0, 'utf8'));
	const documents = job.documents.map(text => JSON.parse(text));
	const results = [];
	for (const c of job.cases) {
		const expression = jsonata(c.text);
		const document = documents[c.document];
		const result = JSON.stringify(await expression.evaluate(document));
		let count = 1, best = Infinity, spent = 0;
		// Warm up until a batch lasts long enough, then the best of the batches.
		for (let warm = true; warm || spent < job.millis * 1e6;) {
			const start = process.hrtime.bigint();
			for (let i = 0; i < count; i++) await expression.evaluate(document);
			const elapsed = Number(process.hrtime.bigint() - start);
			if (warm && elapsed < job.millis * 1e6 / 10) {
				count *= 2;
				continue;
			}
			if (!warm) best = Math.min(best, elapsed / count);
			spent += warm ? 0 : elapsed;
			warm = false;
		}
		results.push({name: c.name, ns: best, result});
	}
	process.stdout.write(JSON.stringify(results));
}

main().catch(e => { console.error(e); process.exit(1); });
