/** What this process takes of the machine's memory, also where the system does not tell. */
import { getHeapStatistics } from "node:v8";

/** Bytes. Where nothing of `/proc` can be read, as in some containers, `rss` is what the engine holds: the least that it can be. */
export function processMemory(): NodeJS.MemoryUsage {
  try {
    return process.memoryUsage();
  } catch {
    // It throws for want of one of its figures; the engine knows its own.
    const { total_heap_size, used_heap_size, external_memory, malloced_memory } = getHeapStatistics();
    return {
      rss: total_heap_size + external_memory + malloced_memory,
      heapTotal: total_heap_size,
      heapUsed: used_heap_size,
      external: external_memory,
      arrayBuffers: 0,
    };
  }
}

/** The first of its figures alone, which is quicker. */
export function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return processMemory().rss; // Where the system does not tell.
  }
}
