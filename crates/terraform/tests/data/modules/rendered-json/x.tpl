{
  "a": ${jsonencode(a)},
%{ for k, v in a ~}
  "${k}": [%{ for i, x in v }%{ if i > 0 }, %{ endif }"${x}"%{ endfor }],
%{ endfor ~}
  "z": "%{ if length(a) > 1 ~}
  many
  %{~ else ~}
  few
  %{~ endif }"
}
