import { parentPort, workerData } from 'node:worker_threads';
import { inProcess, type Question } from './runner/suite';

// What runs in process runs in a thread of its own, while another waits for Redis.
void inProcess(workerData as Question).then((answer) => {
  parentPort?.postMessage(answer);
});
