/** Two boats' rings, moored side by side. */
export const Brand = () => (
  <span className="flex items-center gap-2 text-[14px] font-semibold">
    <svg width="22" height="22" viewBox="0 0 22 22" fill="none" stroke="var(--accent)" strokeWidth="2.2" aria-hidden="true">
      <circle cx="8" cy="11" r="5.5" />
      <path d="M14 5.5a5.5 5.5 0 1 1-3.2 9.9" />
    </svg>
    Moyai
  </span>
)
