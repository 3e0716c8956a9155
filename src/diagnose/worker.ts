import { parentPort, workerData } from 'node:worker_threads';
import { answerQuestion, type Question } from './background';

parentPort?.postMessage(answerQuestion(workerData as Question));
