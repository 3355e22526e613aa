# hosts
%{ for name, rule in hosts ~}
${prefix}${name}  ${rule.port}%{ if rule.open } open%{ endif }
%{ endfor ~}
end $${literal}
