import {describe} from 'vitest';
import {queues} from '../../../../src/scheduler/parts/queue/registry.ts';
import {keepsRegistryContract} from '../../../helpers/registry.ts';

describe('queues', () => keepsRegistryContract('--queue', queues));
