import { mutationDrill } from './drills/mutations.ts';
import { runStages, type Stage } from './lib/run-stages.ts';

const stages: readonly Stage[] = [
  { name: 'mutations', about: 'each guard is switched off, and its test notices', run: () => mutationDrill() },
];

await runStages(stages, { goOn: true });
