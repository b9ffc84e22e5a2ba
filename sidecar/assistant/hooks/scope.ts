/** Under which the store remembers runs of hooks that nobody was told of yet. */
export const HOOK_SCOPE = "hook";
