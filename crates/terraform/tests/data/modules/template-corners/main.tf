output "o0" {
  value = <<-EOT
      %{ if false }%{~ if false }%{~ endif ~}
${~ 1+1 }%{ endif }$ $${z}${~ "v" }
  EOT
}

output "o1" {
  value = <<-EOT
      	%{~ if true ~}%{ for i in [1, 2] ~}${i},%{~ endfor ~}
  % %{~ for i in ["p"] ~}%%{w}é"q"$ ${i},%{~ endfor }%{ endif }
    EOT
}

output "o2" {
  value = <<-EOT
  ${~ "v" ~}${~ 1+1 }

EOT
}

output "o3" {
  value = "--\n\t%{ for i in [] }%{ if false }% $ --%{~ else }é%%{w}é  %{ endif }%{~ if true }%{~ endif }%{~ if true ~}%{ endif ~}  %{~ endfor }${~ "in ${"ner"}" ~}"
}

output "o4" {
  value = "x $${z}%{~ if true ~}\n  %{~ for i in [1, 2] }${i}%{ endfor }${ "in ${"ner"}" ~}\n  %{~ for i in [1, 2] }é\"q\"\n${i}%{ endfor }%{~ endif }"
}

output "o5" {
  value = <<EOT
      %{~ for i in ["p"] }
  ----%{~ endfor }%{ if false }% ${~ " sp " }%{~ endif ~}
    EOT
}

output "o6" {
  value = <<EOT
      
	%{ for i in [1, 2] }%{ if false ~}b c%{~ endif ~}%{ if true }%{ else }% x %{~ endif ~}${i}%{ endfor ~}
EOT
}

output "o7" {
  value = <<-EOT
  
$${z}--%{ for i in [1, 2] ~}${i},%{~ endfor }
    EOT
}

output "o8" {
  value = <<EOT
    x 

  EOT
}

output "o9" {
  value = <<EOT
z
  EOT
}

output "o10" {
  value = <<EOT
z
  EOT
}

output "o11" {
  value = <<EOT
  % 
  EOT
}

output "o12" {
  value = <<EOT
    	--$${z}
    EOT
}

output "o13" {
  value = <<-EOT
    
 ya%{~ if false ~}b c y%{~ for i in [1, 2] ~}é${i},%{~ endfor ~}%{ else ~}b c%{~ endif }%{~ for i in [1, 2] ~}x %{~ endfor }
  EOT
}

output "o14" {
  value = <<-EOT
  % 
      
EOT
}

output "o15" {
  value = <<-EOT
      z
EOT
}

output "o16" {
  value = <<EOT
      
${ "v" ~}
  EOT
}

output "o17" {
  value = "é"
}

output "o18" {
  value = <<-EOT
  z
    EOT
}

output "o19" {
  value = <<-EOT
    %{~ for i in [] }
      	\n y%{ if true ~}a"q"é%{~ else ~}%%{w}%%{w}--x %{~ endif }${i},%{~ endfor }
EOT
}

output "o20" {
  value = <<-EOT
    x %{~ for i in [] ~}
  ${i}%{ endfor }
      %{~ for i in ["p"] }"q"${i}%{ endfor ~}
  EOT
}

output "o21" {
  value = <<-EOT
    z
EOT
}

output "o22" {
  value = <<-EOT
%{ if false ~}$ \n${~ " sp " }%{~ if true }% é%{~ else ~}  ab c%{~ endif }b c%{ endif }	%{~ for i in [] ~}%{~ for i in [1, 2] ~}% ${i},%{~ endfor }${i},%{~ endfor ~}\n
    EOT
}

output "o23" {
  value = <<-EOT
  a% x x 
EOT
}

output "o24" {
  value = <<-EOT
    
    %{~ if true ~}b c%{~ if true ~}%{ endif }
%{ endif }
    EOT
}

output "o25" {
  value = <<-EOT
      
    %{~ if true }${~ upper("u") ~}\n${~ "v" ~}%{ else ~}
      %%{w}
      \n${~ 1+1 ~}%{ endif ~}
	
    EOT
}

output "o26" {
  value = "%{ if false }%{~ for i in ["p"] }  $${z}--%{ endfor }x %{~ if false }%%{w}$ $ %{~ else }%%{w}$ %{ endif }\nx %{ else }b c${~ "in ${"ner"}" }%{ endif ~}${~ upper("u") }"
}

output "o27" {
  value = "%%{w}%{~ if true ~}${ " sp " ~}$${z}%{ for i in [] }${i},%{ endfor ~}\n  %{~ endif ~}\n  %{~ if false ~}\n\"q\"b c%{~ else ~}%{ endif }"
}

output "o28" {
  value = <<EOT
      éa
      %{~ if false ~}%{ endif }
EOT
}

output "o29" {
  value = <<-EOT
      é	x 
  EOT
}

output "o30" {
  value = <<-EOT
  ${~ "in ${"ner"}" }%{ for i in [1, 2] }${i}%{~ endfor ~}%{~ if true ~}%{ for i in [1, 2] }"q"%   %{~ endfor ~}%{ endif }
    EOT
}

output "o31" {
  value = <<EOT
    %{~ if true }%{ endif ~}${ "in ${"ner"}" ~}
  EOT
}

output "o32" {
  value = <<-EOT
    ${ "v" }% ${ upper("u") ~}
      "q"
EOT
}

output "o33" {
  value = <<EOT
b c	
  EOT
}

output "o34" {
  value = <<EOT
      --
       y$ "q"
EOT
}

output "o35" {
  value = ""
}

output "o36" {
  value = <<-EOT
    z
  EOT
}

output "o37" {
  value = <<EOT
  $${z}x 
  EOT
}

output "o38" {
  value = <<-EOT
    %{~ if true ~}
  %{~ else ~}
  ${~ " sp " }%{~ for i in ["p"] }$ ${i}%{ endfor ~}% %{ endif }é${~ "in ${"ner"}" ~}
  EOT
}

output "o39" {
  value = <<-EOT
    ${ " sp " }\n
  EOT
}

output "o40" {
  value = <<EOT
    %{~ for i in [] ~}%{ for i in ["p"] }%%{w}${i},%{~ endfor }${~ upper("u") ~}%%{w}
    
  %{ endfor ~}${ "v" }%{ if true ~}x % 
%{ if true ~}%{~ endif ~}	%{ endif ~}
  EOT
}

output "o41" {
  value = <<-EOT
${~ "in ${"ner"}" }$ %{~ if true ~}%{~ for i in [1, 2] ~}x "q"b c${i}%{~ endfor ~}
      %{~ for i in ["p"] ~}$     ${i}%{ endfor ~}${ upper("u") ~}%{ endif }
EOT
}

output "o42" {
  value = "\n    ${~ upper("u") ~}"
}

output "o43" {
  value = ""
}

output "o44" {
  value = "    "
}

output "o45" {
  value = <<-EOT
%{~ if false ~}$${z}${~ upper("u") ~}--
	%{ endif }  
EOT
}

output "o46" {
  value = <<EOT
  é%{~ for i in ["p"] }%{~ endfor }
    EOT
}

output "o47" {
  value = "\"q\"%{ for i in ["p"] ~}${~ upper("u") }\n%{ if false }\"q\"$${z}--  \n%{~ else ~}$ %%{w}é\t% %{~ endif ~}é%{~ for i in ["p"] ~}${i},%{~ endfor ~}%{ endfor ~}"
}

output "o48" {
  value = <<-EOT
    	"q"

      
    EOT
}

output "o49" {
  value = "\n%%{w}"
}

output "o50" {
  value = <<-EOT
      %%{w}  
  
    EOT
}

output "o51" {
  value = <<-EOT
    z
    EOT
}

output "o52" {
  value = <<-EOT
%{ if false ~}  %{~ for i in [1, 2] }\n  	$ x ${i}%{~ endfor }%{~ if true }"q"--% $${z} y%{ else ~}a%{~ endif }%{ else ~}$ a%{ endif }%{~ for i in ["p"] }${i},%{~ endfor ~} y%{ for i in [] }%{~ for i in [] }\n% $${z}	$ %{ endfor }	%{~ for i in ["p"] }$   ${i}%{ endfor ~}$ ${i}%{ endfor ~}  
EOT
}

output "o53" {
  value = <<-EOT
  %{ if false ~}%{ for i in [1, 2] ~}% x é${i},%{ endfor }%{ for i in [] }$${z}$${z} y${i}%{~ endfor ~}%{~ else }${ "v" }
      
    
      %{~ for i in [] }$ --é\n${i}%{~ endfor ~}%{~ endif }
	x %{~ if false }
  "q"$ "q"${~ "v" }%{ endif ~}${ "in ${"ner"}" }
EOT
}

output "o54" {
  value = <<-EOT
      ${~ "in ${"ner"}" ~}
  
  EOT
}

output "o55" {
  value = "%%{w}%{ for i in [1, 2] }éb c%{~ for i in [] ~}$ %{~ endfor }${i}%{~ endfor }\n\t%{ for i in [] }\"q\"é\n      %{ for i in [] }\t$ \n% ${i},%{ endfor }%%{w}%{ endfor ~}"
}

output "o56" {
  value = <<EOT
      --
      a--
  EOT
}

output "o57" {
  value = <<-EOT
  % $ ${~ " sp " ~}%{~ for i in ["p"] }$${z}%{~ if false ~}x %{ endif ~}  x x ${i},%{~ endfor }  
  EOT
}

output "o58" {
  value = <<-EOT
  z
    EOT
}

output "o59" {
  value = "%{ if false ~}\"q\"%{ for i in ["p"] }${i},%{~ endfor ~}  \n  ${ 1+1 ~}%{ else ~}${ 1+1 ~}${~ "in ${"ner"}" ~}%{ endif ~}%%{w}é%{ if false ~}\n%{~ if true }b c\"q\"\n$ \n%{~ else }\nb cé\"q\"% %{ endif ~}%{ else }%{~ for i in [] ~}--  %%{w}%{~ endfor }\n\n    %{ endif }\n"
}

output "o60" {
  value = <<EOT
      %{ if true } y y${ upper("u") }
      %{ else ~}$ --%{~ if true ~}"q"x %%{w}a%{~ endif }%{~ endif ~}
    %{~ if true ~}$ %{ if true }%{~ endif ~}%{ if false }b c%%{w}é%{ endif ~}%{ else } y%{~ if false ~}aé%{~ endif ~}
      %{ if true }  \n%{ endif }%{ endif ~}
    EOT
}

output "o61" {
  value = <<EOT
  
  %{ if false ~}%{ if true ~}a y%{ endif }${~ 1+1 }%{ else }	%{~ if false ~}	"q"%%{w}x %{ endif }b c
  $ %{ endif }	
    "q"
EOT
}

output "o62" {
  value = <<-EOT
      ${~ " sp " ~}
    EOT
}

output "o63" {
  value = <<-EOT
z
  EOT
}

output "o64" {
  value = <<EOT
    ${~ " sp " ~}"q"\n
	%{~ for i in ["p"] ~}
    ${~ " sp " ~}
    a${i},%{ endfor ~}
  EOT
}

output "o65" {
  value = <<-EOT
\n
    ${ "in ${"ner"}" ~}b c
  EOT
}

output "o66" {
  value = <<-EOT
${~ "in ${"ner"}" }x 
b c
  EOT
}

output "o67" {
  value = <<EOT
    %{~ if false ~}"q"%{ endif ~}
  EOT
}

output "o68" {
  value = "%{~ for i in [1, 2] }%{ for i in ["p"] }\n\t\n\n y%{~ endfor ~}\n   y${i}%{~ endfor ~}% \"q\""
}

output "o69" {
  value = <<-EOT
${~ "v" ~}%{~ if true }${~ "in ${"ner"}" ~}%{ if true }a%{ endif }a\n%{ endif }$ é
EOT
}

output "o70" {
  value = <<-EOT
  x 
      	
EOT
}

output "o71" {
  value = ""
}

output "o72" {
  value = <<-EOT
    ${ upper("u") ~}a
      ${ 1+1 }
EOT
}

output "o73" {
  value = <<EOT
  z
  EOT
}

output "o74" {
  value = <<EOT
  a${~ "v" }é
EOT
}

output "o75" {
  value = <<EOT
z
EOT
}

output "o76" {
  value = <<EOT
  z
    EOT
}

output "o77" {
  value = <<-EOT
    $${z}%{ if false }%%{w}%{~ if false }-- y% %{ endif }%{~ endif ~}
    %{~ if false ~}$${z}%{ for i in [] }% $ ${i},%{ endfor }%{ endif }--
    EOT
}

output "o78" {
  value = <<-EOT
    ${ upper("u") ~}$${z}
EOT
}

output "o79" {
  value = ""
}

output "o80" {
  value = <<-EOT
    "q"$ a${ upper("u") ~}
    
    EOT
}

output "o81" {
  value = <<-EOT
      $${z}x %{ for i in [1, 2] }$${z}é%{ endfor ~}${ 1+1 }%{ for i in [] ~}b c${i}%{~ endfor ~}
    EOT
}

output "o82" {
  value = <<-EOT
%{ if false }éé%{ else ~}é% %{ endif }"q"${~ 1+1 }%%{w}
    EOT
}

output "o83" {
  value = <<EOT
    
    b c
    EOT
}

output "o84" {
  value = <<-EOT
    é
	--b c
    EOT
}

output "o85" {
  value = <<EOT
    %{ for i in [] ~}%{~ if false }x $${z}%{ endif ~}"q"${i},%{~ endfor ~}
    EOT
}

output "o86" {
  value = <<-EOT
  b c$ 
    EOT
}

output "o87" {
  value = "%%{w}%{ for i in [1, 2] }${i},%{ endfor }\n\t"
}

output "o88" {
  value = "$ %{~ if false }\n      %{~ if true ~}%{~ endif ~}\n%{~ endif }--  --"
}

output "o89" {
  value = <<EOT
  z
EOT
}

output "o90" {
  value = <<EOT
  ${ "in ${"ner"}" ~}x   
  EOT
}

output "o91" {
  value = <<-EOT
    
    \n%%{w}
    % 
    EOT
}

output "o92" {
  value = <<-EOT
  ${ upper("u") }\n
    EOT
}

output "o93" {
  value = "%{~ if false }%{ else }%%{w}%%{w}--\n      %{ endif ~}\n    %{ for i in ["p"] ~}%{ if true }-- yb c\n%{~ endif ~}${i}%{ endfor }"
}

output "o94" {
  value = "%{~ if true ~}  %{ endif }%{ for i in [1, 2] }  %{~ for i in [] ~}${i}%{~ endfor ~}\n${i}%{~ endfor ~}%{~ if true }  \n       y%{~ else ~}\n      \n\t\n$ %{ for i in [1, 2] }a%  ya${i}%{~ endfor ~}%{~ endif }%{~ if true ~}%{~ for i in ["p"] }${i}%{~ endfor }--\n\t%{~ else } y$${z}%{ for i in ["p"] }$${z}--${i},%{~ endfor }%{ endif }"
}

output "o95" {
  value = <<-EOT
      % 
	 y
    EOT
}

output "o96" {
  value = <<-EOT
  z
  EOT
}

output "o97" {
  value = <<-EOT
      ${~ "v" }
EOT
}

output "o98" {
  value = <<-EOT
    z
  EOT
}

output "o99" {
  value = <<EOT
    
      
  ${ "v" ~}
EOT
}

output "o100" {
  value = <<-EOT
z
EOT
}

output "o101" {
  value = "\n%{~ for i in ["p"] ~}\"q\"${i}%{~ endfor ~}"
}

output "o102" {
  value = "%{ for i in [1, 2] }a%{~ endfor ~}%{~ if true }%{ if true ~}--é%{~ endif ~}%{ endif ~}"
}

output "o103" {
  value = <<-EOT
      %{~ for i in ["p"] }--"q"%{~ endfor }%{~ if true }"q"b c%{~ endif }
      
  
	
    EOT
}

output "o104" {
  value = <<-EOT
--${~ "v" }% %{~ if true }	"q"%{ endif ~}
EOT
}

output "o105" {
  value = <<-EOT

      x a
    EOT
}

output "o106" {
  value = <<-EOT
  
  --%%{w}a
  EOT
}

output "o107" {
  value = "% $ %{~ for i in ["p"] ~}\n\t\n  b c%{~ for i in [1, 2] ~}x $ ${i}%{ endfor }\n  ${i}%{ endfor ~}"
}

output "o108" {
  value = "\n    \n  ${ " sp " }%{ if false ~}%{ endif ~}\"q\""
}

output "o109" {
  value = <<-EOT
      
      %{~ for i in [1, 2] ~}--${ 1+1 }
$ ${i}%{ endfor }
  %{ if false ~}
    
  %{~ else }%{~ endif ~}
  EOT
}

output "o110" {
  value = ""
}

output "o111" {
  value = <<-EOT
    %{ if false ~}%{ for i in [1, 2] }a${i}%{ endfor ~}	%{ else ~}%{~ endif }
  EOT
}

output "o112" {
  value = <<-EOT
    	%{~ if true ~}
--
%{~ endif }
%%{w}
  
  EOT
}

output "o113" {
  value = "\n\t%{ if false }x $${z}${ " sp " ~}%{~ endif ~}\n"
}

output "o114" {
  value = <<-EOT
z
  EOT
}

output "o115" {
  value = <<EOT
      
é
EOT
}

output "o116" {
  value = ""
}

output "o117" {
  value = "${~ "in ${"ner"}" }\n\t%{~ if true }%%{w}% éb c%{~ if false ~}%{~ endif ~}%{ endif ~}%{ if false }${ upper("u") ~}%{~ endif ~}"
}

output "o118" {
  value = <<EOT
  
  	%{ if false ~}--%{ endif ~}\na
  EOT
}

output "o119" {
  value = ""
}

output "o120" {
  value = <<-EOT
${~ " sp " ~}
  EOT
}

output "o121" {
  value = <<EOT
z
EOT
}

output "o122" {
  value = "%{~ if true }b c\t$ %{~ endif ~}%{~ for i in [] }%{~ endfor } y\n    \"q\""
}

output "o123" {
  value = <<EOT
"q"
EOT
}

output "o124" {
  value = "\t%{ if true }--%{ else ~}$ %{~ endif ~}$ $${z}\n      "
}

output "o125" {
  value = "é\n\t"
}

output "o126" {
  value = <<-EOT
      a
     y$${z}
    EOT
}

output "o127" {
  value = <<EOT
$ $${z}
      	$${z}
  EOT
}

output "o128" {
  value = <<-EOT
  z
EOT
}

output "o129" {
  value = <<EOT
      z
    EOT
}

output "o130" {
  value = <<-EOT
z
EOT
}

output "o131" {
  value = <<EOT
      
	%{ for i in ["p"] ~}%{~ for i in [1, 2] }%%{w}${i}%{~ endfor ~}%{ if false ~}é$${z}--%{~ else }%{~ endif ~}é
${ "in ${"ner"}" ~}${i},%{ endfor ~}${~ " sp " ~}  x 
    EOT
}

output "o132" {
  value = <<-EOT
  ${ " sp " ~}x b c
  EOT
}

output "o133" {
  value = <<-EOT
      ${ "in ${"ner"}" ~}--
  EOT
}

output "o134" {
  value = <<EOT

%{ for i in [1, 2] }x %%{w}${i},%{~ endfor }
    	
  EOT
}

output "o135" {
  value = <<EOT
  
	  $${z}
EOT
}

output "o136" {
  value = <<-EOT
  z
  EOT
}

output "o137" {
  value = <<EOT
      x ${~ 1+1 }
	
  EOT
}

output "o138" {
  value = "% %{ for i in [] ~}%{ for i in ["p"] }\n y${i},%{~ endfor ~}${i},%{~ endfor ~}"
}

output "o139" {
  value = <<-EOT

      a
    EOT
}

output "o140" {
  value = <<-EOT
  %{ if false ~}--
  $${z}%{ else }
	%{ if false }\n yb c y%{~ endif ~}--%{~ endif ~}%{~ for i in ["p"] ~}  %{~ if false ~}%{~ endif }\n%{ for i in ["p"] }	$ \n%{ endfor ~}%{ endfor ~} y${ " sp " }	
EOT
}

output "o141" {
  value = "\n    --%%{w}"
}

output "o142" {
  value = <<-EOT
z
    EOT
}

output "o143" {
  value = <<-EOT
    ${ "v" }  \n
      
    EOT
}

output "o144" {
  value = <<-EOT
b c${~ 1+1 }${~ 1+1 }${~ "v" ~}
  EOT
}

output "o145" {
  value = "\n      \n"
}

output "o146" {
  value = "%{ for i in ["p"] ~}${ "in ${"ner"}" ~}${ "v" ~}%{~ if true ~}é\n--é\n%{~ else }%   %%{w}%{~ endif }\n\n      ${i}%{~ endfor ~}\n%{~ if true ~}x %{ for i in ["p"] }%%{w}\tb c%{ endfor }\n%{~ else }--%{~ if true }-- y$${z}é%{ endif ~}%{ endif }%{~ for i in [1, 2] ~}%{ endfor ~}\n      "
}

output "o147" {
  value = <<-EOT
  é%{ for i in [] }
\n$${z}%{ if false }--% %{ else }%%{w}%{~ endif }${i}%{~ endfor ~}%{~ for i in [1, 2] ~}${i},%{~ endfor ~}
EOT
}

output "o148" {
  value = <<-EOT
       ya%{ for i in [] ~}${i},%{~ endfor }$${z}b c
    EOT
}

output "o149" {
  value = <<-EOT
     y
    EOT
}
