{{/*
What the handlers of a component have before them, for KEDA: what waits and what runs, so that nobody is sent home who
still works. Dead letters, and what is delayed or behind another, do not count.
*/}}

{{/* All schedulers tell the same: the highest of them counts. (list $ handlers) */}}
{{- define "hangar.workPromQL" -}}
{{- $root := index . 0 -}}
{{- $patterns := list -}}
{{- range index . 1 -}}
{{- $patterns = append $patterns (contains "." . | ternary (replace "." "[.]" .) (printf "%s[.].+" .)) -}}
{{- end -}}
{{- $handler := $patterns | empty | ternary "" (printf ", handler=~\"%s\"" (join "|" $patterns)) -}}
sum(max by (handler, state) (hangar_queue_jobs{namespace="{{ $root.Release.Namespace }}", state=~"waiting|active"{{ $handler }}}))
{{- end }}

{{/* A handler's queue has its name; a class stands for all its methods. */}}
{{- define "hangar.workSQL" -}}
{{- $names := list -}}
{{- range . -}}
{{- $names = append $names (contains "." . | ternary (printf "job.name = '%s'" .) (printf "starts_with(job.name, '%s.')" .)) -}}
{{- end -}}
SELECT count(*) FROM pgboss.job_common AS job JOIN pgboss.queue USING (name) WHERE queue.dead_letter IS NOT NULL AND job.state <= 'active' AND job.start_after <= now()
{{- if $names }} AND ({{ join " OR " $names }}){{ end -}}
{{- end }}
