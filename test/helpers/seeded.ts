import fc from 'fast-check';

/**
 * Every property test draws the same cases in every run, so that a red run is red again. COLDFRONT_SEED=N draws others;
 * what fails then prints its seed, and becomes a test of its own.
 */
fc.configureGlobal({...fc.readConfigureGlobal(), seed: Number(process.env.COLDFRONT_SEED ?? 1)});
