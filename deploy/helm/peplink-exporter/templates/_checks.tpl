{{/*
What no schema can say: values that contradict one another. Included once, by the StatefulSet.
*/}}
{{- define "peplink-exporter.checks" -}}
{{- include "peplink-exporter.checkReplicas" . }}
{{- include "peplink-exporter.checkConfig" . }}
{{- include "peplink-exporter.checkWeb" . }}
{{- include "peplink-exporter.checkArguments" . }}
{{- end }}

{{- define "peplink-exporter.checkReplicas" -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.sharding.enabled) }}
{{- fail (printf "replicas is %d and sharding is off: every pod would ask every router, and they would end each other's sessions. Set sharding.enabled, which deals the routers to the pods, or replicas to 1." (int .Values.replicas)) }}
{{- end }}
{{- end }}

{{- define "peplink-exporter.checkConfig" -}}
{{- if .Values.existingConfigMap }}
{{- if or .Values.config.defaults .Values.config.targets .Values.config.target_files }}
{{- fail "config and existingConfigMap are both set: one of them is to hold the configuration" }}
{{- end }}
{{- end }}
{{- range $where := prepend (default list .Values.config.targets) (default dict .Values.config.defaults) }}
{{- range $key := list "client_secret" "password" }}
{{- if hasKey $where $key }}
{{- fail (printf "config holds a secret at %s, and anyone who may read ConfigMaps or releases could read it. Put it into a Secret named in existingSecrets, and write %s_file." $key $key) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "peplink-exporter.checkWeb" -}}
{{- if eq (int .Values.web.port) (int .Values.web.healthPort) }}
{{- fail (printf "web.port and web.healthPort are both %d, and the exporter listens on each" (int .Values.web.port)) }}
{{- end }}
{{- if and .Values.web.config.tls (not .Values.web.config.existingSecrets) }}
{{- fail "web.config.tls is set, and no web.config.existingSecrets that hold a web configuration with TLS: Prometheus would ask by https, and the exporter answer by http" }}
{{- end }}
{{- end }}

{{- define "peplink-exporter.checkArguments" -}}
{{- range .Values.extraArgs }}
{{- $flag := regexFind "^--[^=]*" . | replace "--no-" "--" }}
{{- if has $flag (list "--config.file" "--config.check" "--config.auto-reload-interval" "--web.listen-address" "--web.health-listen-address" "--web.config.file" "--web.disable-admin") }}
{{- fail (printf "extraArgs holds %s, which the chart sets from a value of its own" $flag) }}
{{- end }}
{{- if has $flag (list "--web.external-url" "--web.systemd-socket") }}
{{- fail (printf "extraArgs holds %s: Prometheus is to reach every pod by the name and the port that the chart gives it" $flag) }}
{{- end }}
{{- end }}
{{- end }}
