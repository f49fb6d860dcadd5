"use client"
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from "react"
import { useFieldError } from "./field-error"

const box = "w-full rounded-md border bg-panel px-2.5 py-1.5 text-ink max-sm:py-2 max-sm:text-[16px]"
type Around = { readonly label: string; readonly error?: string | undefined; readonly hint?: ReactNode }
type Ids = { readonly id: string; readonly "aria-describedby"?: string; readonly "aria-invalid"?: true }

/** Label, hint and error around a control; the error is a code or a sentence. */
function Field({ label, error, hint, children }: Around & { readonly children: (ids: Ids) => ReactNode }) {
  const id = useId()
  const words = useFieldError(error)
  const about = words ?? hint
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-ink2">
        {label}
      </label>
      {children({
        id,
        ...(about === undefined ? {} : { "aria-describedby": `${id}-about` }),
        ...(words === undefined ? {} : { "aria-invalid": true }),
      })}
      {about !== undefined && (
        <p id={`${id}-about`} className={`mt-1 text-xs ${words === undefined ? "text-ink3" : "text-bad"}`}>
          {about}
        </p>
      )}
    </div>
  )
}
type TextProps = Around & Omit<InputHTMLAttributes<HTMLInputElement>, "id" | "className">
export const TextField = ({ label, error, hint, ...input }: TextProps) => (
  <Field label={label} error={error} hint={hint}>
    {(ids) => (
      <input
        {...ids}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        {...input}
        className={`${box} ${error ? "border-bad" : ""}`}
      />
    )}
  </Field>
)
type AreaProps = Around & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id" | "className">
/** For text of many lines that a machine reads. */
export const TextArea = ({ label, error, hint, ...area }: AreaProps) => (
  <Field label={label} error={error} hint={hint}>
    {(ids) => (
      <textarea
        {...ids}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        {...area}
        className={`${box} font-mono text-[12px] ${error ? "border-bad" : ""}`}
      />
    )}
  </Field>
)
type SelectProps = Around &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, "id" | "className"> & {
    readonly options: readonly { readonly value: string; readonly label: string }[]
  }
export const SelectField = ({ label, error, hint, options, ...select }: SelectProps) => (
  <Field label={label} error={error} hint={hint}>
    {(ids) => (
      <select {...ids} {...select} className={`${box} ${error ? "border-bad" : ""}`}>
        {options.map(({ value, label: words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    )}
  </Field>
)
type CheckProps = Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "className"> & {
  readonly children: ReactNode
  readonly hint?: string
}
export const Checkbox = ({ children, hint, ...input }: CheckProps) => (
  <label className="flex items-start gap-2 py-1">
    <input type="checkbox" {...input} className="mt-0.5 size-4 flex-none accent-accent" />
    <span>
      {children}
      {hint !== undefined && <span className="block text-xs text-ink3">{hint}</span>}
    </span>
  </label>
)
