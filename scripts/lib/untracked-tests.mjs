// Imported before node:test. Plain JavaScript, since each process with tests loads it before anything else.
import hooks from 'node:async_hooks';

/*
 * node:test follows every promise and every handle of a process, to know which test an uncaught error belongs to. That takes
 * an eighth of the processor time of all tests. Without it, such an error still fails its file, and is printed here.
 */
const { createHook } = hooks;
hooks.createHook = (callbacks) => {
  if (!new Error().stack?.includes('node:internal/test_runner')) return createHook(callbacks);
  process.on('uncaughtExceptionMonitor', print);
  process.on('unhandledRejection', print);
  return createHook({});
};

function print(error) {
  console.error(error);
}
