import { steps as protocolSteps } from '@tweestap/protocol';
import { factorContract } from '../factors/testing/factor-contract.ts';
import { stepContract } from '../steps/testing/step-contract.ts';
import { PRINTED, printedSchemas, withPrintedList } from './testing/printed-list.ts';
import { printedSample, printedStepSamples } from './testing/printed-samples.ts';

/* Tests the contracts of factors and steps for a factor that is in no list of the server. */

const [printedList] = withPrintedList.factors.filter(({ method }) => method === PRINTED);
if (!printedList) throw new Error('The list of factors must contain the test factor.');
factorContract(printedList, { lists: withPrintedList, sample: printedSample, setUpMethods: [PRINTED] });

const schemas = { ...protocolSteps, ...printedSchemas };
for (const type of [printedList.proveStep, ...printedList.enrollSteps]) {
  const sample = printedStepSamples[type];
  stepContract(type, { lists: withPrintedList, schemas, sample, methods: [PRINTED, 'totp'] });
}
