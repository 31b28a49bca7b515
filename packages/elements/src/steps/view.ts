import type { StepOf, StepType } from '@tweestap/protocol';
import type { Host } from '../element/host.ts';
import type { Screen } from '../element/screen.ts';

/** Describes the screen of a step. It gets its inputs from the host and submits through it. It contains no rule, no network call and no timer but for display. */
export type View<T extends StepType> = (step: StepOf<T>, host: Host) => Screen;

/** A view that comes with the element and is shown before the server has given its step. */
export type FirstView<T extends StepType> = (step: StepOf<T> | undefined, host: Host) => Screen;

/** Where a view is: here already, or in a file that is fetched when it is needed. */
export type Source<T extends StepType> = FirstView<T> | { load: () => Promise<View<T>> };
