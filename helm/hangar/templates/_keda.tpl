{{/*
The work of a component's handlers, for KEDA: waiting and running jobs, so that busy pods are not removed. Dead letters,
delayed and blocked jobs do not count.
*/}}

{{/* All schedulers export the same value: use the maximum. (list $ handlers) */}}
{{- define "hangar.workPromQL" -}}
{{- $root := index . 0 -}}
{{- $patterns := list -}}
{{- range index . 1 -}}
{{- $patterns = append $patterns (contains "." . | ternary (replace "." "[.]" .) (printf "%s[.].+" .)) -}}
{{- end -}}
{{- $handler := $patterns | empty | ternary "" (printf ", handler=~\"%s\"" (join "|" $patterns)) -}}
sum(max by (handler, state) (hangar_queue_jobs{namespace="{{ $root.Release.Namespace }}", state=~"waiting|active"{{ $handler }}}))
{{- end }}

{{/* A handler's queue has its name; a class stands for all its methods. (list $ handlers) */}}
{{- define "hangar.workSQL" -}}
{{- $names := list -}}
{{- $root := index . 0 -}}
{{- $schema := $root.Values.database.schema -}}
{{- $queue := has $schema (list "" "public") | ternary "pgboss" (printf "%s_pgboss" $schema) -}}
{{- range index . 1 -}}
{{- $names = append $names (contains "." . | ternary (printf "job.name = '%s'" .) (printf "starts_with(job.name, '%s.')" .)) -}}
{{- end -}}
SELECT count(*) FROM {{ $queue }}.job_common AS job JOIN {{ $queue }}.queue USING (name) WHERE queue.dead_letter IS NOT NULL AND job.state <= 'active' AND job.start_after <= now()
{{- if $names }} AND ({{ join " OR " $names }}){{ end -}}
{{- end }}
