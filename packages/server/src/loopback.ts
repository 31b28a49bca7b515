const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a URL names this machine: plain http is allowed there, since browsers treat it as a secure context. */
export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK_HOSTS.includes(hostname);
