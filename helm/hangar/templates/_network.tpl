{{/* A rule of a NetworkPolicy: (dict "direction" to|from "peers" (list …) "ports" (list …) "protocols" (list …)). No peers: any peer. */}}
{{- define "hangar.networkRule" -}}
- ports:
    {{- range $port := .ports }}
    {{- range $protocol := $.protocols | default (list "TCP") }}
    - { protocol: {{ $protocol }}, port: {{ $port }} }
    {{- end }}
    {{- end }}
  {{- with .peers }}
  {{ $.direction }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Egress of every pod: DNS and PostgreSQL. */}}
{{- define "hangar.egressCommon" -}}
{{- $egress := .Values.networkPolicy.egress -}}
{{- $own := list (dict "podSelector" (dict "matchLabels" (dict "cnpg.io/cluster" (include "hangar.clusterName" .)))) -}}
{{- $database := $egress.database.to | default (ternary $own list .Values.cluster.enabled) -}}
{{ include "hangar.networkRule" (dict "direction" "to" "peers" $egress.dns.to "ports" $egress.dns.ports "protocols" (list "UDP" "TCP")) }}
{{ include "hangar.networkRule" (dict "direction" "to" "peers" $database "ports" $egress.database.ports) }}
{{- end }}
