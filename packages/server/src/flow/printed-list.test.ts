import { factorContract } from '../factors/testing/factor-contract.ts';
import { PRINTED, withPrintedList } from './testing/printed-list.ts';
import { printedSample } from './testing/printed-samples.ts';

/* The contracts hold for a factor that no list of the server knows, and for its steps. */

const [printedList] = withPrintedList.factors.filter(({ method }) => method === PRINTED);
if (!printedList) throw new Error('The test factor is missing in its own list.');
factorContract(printedList, { lists: withPrintedList, sample: printedSample, setUpMethods: [PRINTED] });
