variable "v0" {
  type = string
  default = -3
}
output "o0" { value = var.v0 }
variable "v2" {
  type = map(any)
  default = {  }
}
output "o2" { value = var.v2 }
variable "v4" {
  type = set(object({ d = optional(map(any)), b = optional(object({ b = bool }), { b = "true" }) }))
  default = []
}
output "o4" { value = var.v4 }
variable "v7" {
  type = object({})
  default = {  }
}
output "o7" { value = var.v7 }
variable "v10" {
  type = string
  default = 2.5
}
output "o10" { value = var.v10 }
variable "v11" {
  type = number
  default = -3
}
output "o11" { value = var.v11 }
variable "v12" {
  type = string
  default = "x y"
}
output "o12" { value = var.v12 }
variable "v14" {
  type = list(object({ d = string, a = object({ b = number, a = optional(string), d = optional(bool, true) }), c = string }))
  default = [{ d = -3, a = { b = "1" }, c = "a" }]
}
output "o14" { value = var.v14 }
variable "v15" {
  type = map(list(object({})))
  default = { z = [{  }], a = [{  }] }
}
output "o15" { value = var.v15 }
variable "v16" {
  type = bool
  default = false
}
output "o16" { value = var.v16 }
variable "v17" {
  type = string
  default = false
}
output "o17" { value = var.v17 }
variable "v18" {
  type = number
  default = "1"
}
output "o18" { value = var.v18 }
variable "v19" {
  type = number
  default = -3
}
output "o19" { value = var.v19 }
variable "v20" {
  type = list(map(list(bool)))
  default = [{  }]
}
output "o20" { value = var.v20 }
variable "v21" {
  type = map(list(list(string)))
  default = { z = [[-3, 1], [2.5, true, 0]], a = [[false, "a"], ["1", false, "a"], ["1", 1, 2.5]] }
}
output "o21" { value = var.v21 }
variable "v22" {
  type = map(bool)
  default = {  }
}
output "o22" { value = var.v22 }
variable "v23" {
  type = string
  default = false
}
output "o23" { value = var.v23 }
variable "v24" {
  type = number
  default = 0
}
output "o24" { value = var.v24 }
variable "v25" {
  type = list(list(map(bool)))
  default = [[], [{ z = "true", b = "true", a = true }, { b = "true", z = "true", a = "true" }]]
  nullable = false
}
output "o25" { value = var.v25 }
variable "v27" {
  type = string
  default = ""
}
output "o27" { value = var.v27 }
variable "v28" {
  type = set(any)
  default = [[[true], { c = null }]]
}
output "o28" { value = var.v28 }
variable "v30" {
  type = string
  default = 0
}
output "o30" { value = var.v30 }
variable "v33" {
  type = object({})
  default = {  }
}
output "o33" { value = var.v33 }
variable "v35" {
  type = tuple([list(object({ d = string, b = optional(bool) })), tuple([object({ d = optional(string, false) })])])
  default = [[], [{ d = -3 }]]
}
output "o35" { value = var.v35 }
variable "v37" {
  type = object({ c = optional(set(number), null), b = list(object({ d = optional(any, -3), b = any })), d = optional(number) })
  default = { c = [], b = [] }
}
output "o37" { value = var.v37 }
variable "v38" {
  type = map(map(list(string)))
  default = {  }
}
output "o38" { value = var.v38 }
variable "v39" {
  type = tuple([set(object({}))])
  default = [[{  }, { extra = 1 }, {  }]]
}
output "o39" { value = var.v39 }
variable "v41" {
  type = list(bool)
  default = ["true"]
}
output "o41" { value = var.v41 }
variable "v42" {
  type = map(bool)
  default = { b = true }
  nullable = false
}
output "o42" { value = var.v42 }
variable "v43" {
  type = bool
  default = "true"
  nullable = false
}
output "o43" { value = var.v43 }
variable "v44" {
  type = string
  default = true
}
output "o44" { value = var.v44 }
variable "v46" {
  type = object({ a = string })
  default = { a = "1", extra = 1 }
}
output "o46" { value = var.v46 }
variable "v48" {
  type = map(map(object({})))
  default = { a = { b = {  } } }
}
output "o48" { value = var.v48 }
variable "v49" {
  type = any
  default = { c = false }
}
output "o49" { value = var.v49 }
variable "v50" {
  type = map(string)
  default = { z = false, a = 2.5, b = "1" }
}
output "o50" { value = var.v50 }
variable "v51" {
  type = number
  default = 1
}
output "o51" { value = var.v51 }
variable "v52" {
  type = map(object({ c = optional(string, 0), b = optional(object({}), {  }) }))
  default = { b = { b = {  } }, a = { b = {  } } }
  nullable = false
}
output "o52" { value = var.v52 }
variable "v53" {
  type = map(set(number))
  default = { a = [0, "2.50"] }
}
output "o53" { value = var.v53 }
variable "v54" {
  type = tuple([set(list(any))])
  default = [[]]
}
output "o54" { value = var.v54 }
variable "v56" {
  type = any
  default = "x y"
  nullable = false
}
output "o56" { value = var.v56 }
variable "v61" {
  type = bool
  default = true
}
output "o61" { value = var.v61 }
variable "v64" {
  type = string
  default = "x y"
}
output "o64" { value = var.v64 }
variable "v66" {
  type = set(tuple([tuple([any]), string]))
  default = []
}
output "o66" { value = var.v66 }
variable "v68" {
  type = object({})
  default = { extra = 1 }
}
output "o68" { value = var.v68 }
variable "v69" {
  type = map(number)
  default = { a = 2.5, z = "2.50" }
}
output "o69" { value = var.v69 }
variable "v70" {
  type = list(list(set(any)))
  default = [[]]
}
output "o70" { value = var.v70 }
variable "v72" {
  type = object({})
  default = {  }
}
output "o72" { value = var.v72 }
variable "v73" {
  type = bool
  default = true
}
output "o73" { value = var.v73 }
variable "v75" {
  type = string
  default = ""
}
output "o75" { value = var.v75 }
variable "v78" {
  type = object({ b = list(list(any)) })
  default = { b = null, extra = 1 }
}
output "o78" { value = var.v78 }
variable "v79" {
  type = object({ c = optional(map(object({}))) })
  default = {  }
}
output "o79" { value = var.v79 }
variable "v80" {
  type = object({ d = optional(object({ c = object({ c = optional(bool, false), d = any, b = optional(bool) }), a = map(number), d = optional(number) }), { c = { d = false }, a = {  } }), a = optional(object({ c = string }), null), b = object({ c = optional(list(string), ["1", 2.5]), d = list(number) }) })
  default = { a = { c = true, extra = 1 }, b = { d = ["1"] } }
}
output "o80" { value = var.v80 }
variable "v81" {
  type = map(set(object({ b = bool, c = number, d = optional(any, 1) })))
  default = { a = [{ b = true, c = "1", extra = 1 }, { b = null, c = -3, d = 2.5 }] }
}
output "o81" { value = var.v81 }
variable "v82" {
  type = object({ a = optional(bool, false), d = optional(object({ a = optional(any), b = map(number), d = optional(set(bool)) }), { b = { b = 2.5, a = "2.50", z = "2.50" }, d = [], extra = 1 }) })
  default = { a = "true", d = { a = [null, 1], b = { a = 2.5, b = 1 }, d = ["true"] } }
  nullable = false
}
output "o82" { value = var.v82 }
variable "v85" {
  type = bool
  default = false
  nullable = false
}
output "o85" { value = var.v85 }
variable "v89" {
  type = any
  default = "a"
}
output "o89" { value = var.v89 }
variable "v93" {
  type = map(object({ b = optional(number) }))
  default = { b = { b = 1 }, a = {  }, z = { b = 0 } }
}
output "o93" { value = var.v93 }
variable "v94" {
  type = object({ b = optional(string, -3) })
  default = {  }
}
output "o94" { value = var.v94 }
variable "v95" {
  type = map(number)
  default = {  }
}
output "o95" { value = var.v95 }
variable "v96" {
  type = list(object({ b = optional(list(any)), a = object({ b = optional(bool, false) }) }))
  default = [{ a = { b = "true" } }]
  nullable = false
}
output "o96" { value = var.v96 }
variable "v98" {
  type = bool
  default = "true"
}
output "o98" { value = var.v98 }
variable "v99" {
  type = object({})
  default = {  }
  nullable = false
}
output "o99" { value = var.v99 }
variable "v100" {
  type = string
  default = "x y"
}
output "o100" { value = var.v100 }
variable "v104" {
  type = object({})
  default = {  }
}
output "o104" { value = var.v104 }
variable "v105" {
  type = any
  default = { b = -3, a = false, c = true }
}
output "o105" { value = var.v105 }
variable "v106" {
  type = object({ d = object({ d = optional(object({ c = string }), { c = -3 }) }), b = optional(object({ d = bool })) })
  default = { d = { d = { c = "x y" } }, b = { d = false } }
}
output "o106" { value = var.v106 }
variable "v107" {
  type = any
  default = { d = [], c = {  }, a = "" }
  nullable = false
}
output "o107" { value = var.v107 }
variable "v108" {
  type = list(map(map(string)))
  default = [{  }]
  nullable = false
}
output "o108" { value = var.v108 }
variable "v112" {
  type = list(tuple([]))
  default = []
}
output "o112" { value = var.v112 }
variable "v114" {
  type = string
  default = "1"
}
output "o114" { value = var.v114 }
variable "v115" {
  type = number
  default = "1"
}
output "o115" { value = var.v115 }
variable "v116" {
  type = map(bool)
  default = {  }
  nullable = false
}
output "o116" { value = var.v116 }
variable "v117" {
  type = object({ b = optional(object({ c = optional(list(string), ["1", "a"]) }), { c = [false, null, ""] }), a = optional(object({ d = object({ c = optional(string) }), b = optional(object({})) })), d = tuple([]) })
  default = { d = [] }
}
output "o117" { value = var.v117 }
variable "v118" {
  type = map(object({}))
  default = { z = {  }, a = {  } }
}
output "o118" { value = var.v118 }
variable "v121" {
  type = list(list(object({ d = bool, b = optional(number, "2.50") })))
  default = [[]]
}
output "o121" { value = var.v121 }
variable "v122" {
  type = object({ a = optional(string), c = optional(map(list(bool)), { z = [true], b = [null, "true", "true"] }) })
  default = { a = "a" }
}
output "o122" { value = var.v122 }
variable "v123" {
  type = object({})
  default = {  }
}
output "o123" { value = var.v123 }
variable "v126" {
  type = tuple([list(object({ c = bool, d = string, a = string })), list(object({ d = optional(bool, "true") })), tuple([object({ d = optional(any, null), b = bool, c = optional(string) }), object({ a = number, b = number, d = bool }), list(number)])])
  default = [[{ c = "true", d = "x y", a = false, extra = 1 }], [{  }, {  }, {  }], [{ d = { a = [-3], b = 0 }, b = true, c = 2.5 }, { a = "2.50", b = 1, d = false }, [0, 2.5]]]
}
output "o126" { value = var.v126 }
variable "v127" {
  type = list(object({}))
  default = [{  }]
}
output "o127" { value = var.v127 }
variable "v128" {
  type = map(number)
  default = {  }
}
output "o128" { value = var.v128 }
variable "v129" {
  type = set(list(map(string)))
  default = []
}
output "o129" { value = var.v129 }
variable "v130" {
  type = object({ d = optional(map(set(string)), {  }), a = optional(tuple([map(number)]), [{ a = 0, z = "1", b = "2.50" }]) })
  default = {  }
}
output "o130" { value = var.v130 }
variable "v132" {
  type = object({})
  default = {  }
}
output "o132" { value = var.v132 }
variable "v133" {
  type = number
  default = "2.50"
}
output "o133" { value = var.v133 }
variable "v134" {
  type = list(object({}))
  default = [{  }, {  }, {  }]
}
output "o134" { value = var.v134 }
variable "v135" {
  type = any
  default = {  }
}
output "o135" { value = var.v135 }
variable "v136" {
  type = list(list(string))
  default = []
  nullable = false
}
output "o136" { value = var.v136 }
variable "v137" {
  type = any
  default = 1
  nullable = false
}
output "o137" { value = var.v137 }
variable "v138" {
  type = map(object({ b = optional(list(number), ["1"]) }))
  default = { a = {  } }
}
output "o138" { value = var.v138 }
variable "v139" {
  type = any
  default = false
  nullable = false
}
output "o139" { value = var.v139 }
variable "v142" {
  type = number
  default = "1"
}
output "o142" { value = var.v142 }
variable "v144" {
  type = string
  default = "x y"
}
output "o144" { value = var.v144 }
variable "v147" {
  type = object({ c = optional(list(list(number))) })
  default = {  }
  nullable = false
}
output "o147" { value = var.v147 }
variable "v148" {
  type = object({ a = optional(any, "a") })
  default = {  }
}
output "o148" { value = var.v148 }
variable "v149" {
  type = bool
  default = "true"
}
output "o149" { value = var.v149 }
variable "v151" {
  type = any
  default = -3
}
output "o151" { value = var.v151 }
variable "v152" {
  type = list(any)
  default = [[{  }, { c = "true" }]]
}
output "o152" { value = var.v152 }
variable "v153" {
  type = number
  default = 1
}
output "o153" { value = var.v153 }
variable "v155" {
  type = number
  default = 2.5
  nullable = false
}
output "o155" { value = var.v155 }
variable "v157" {
  type = bool
  default = false
}
output "o157" { value = var.v157 }
variable "v158" {
  type = list(object({ b = list(bool) }))
  default = []
}
output "o158" { value = var.v158 }
variable "v159" {
  type = any
  default = "1"
}
output "o159" { value = var.v159 }
variable "v161" {
  type = set(object({ b = tuple([any]) }))
  default = []
}
output "o161" { value = var.v161 }
variable "v162" {
  type = string
  default = 2.5
}
output "o162" { value = var.v162 }
variable "v163" {
  type = object({ c = optional(tuple([object({})]), [{  }]), a = object({ b = optional(tuple([bool, bool, number]), [true, false, "2.50"]) }), d = optional(object({ b = optional(list(number)), c = optional(object({ a = number, d = optional(bool) }), { a = "1" }) })) })
  default = { a = {  }, d = { c = { a = null } } }
}
output "o163" { value = var.v163 }
variable "v165" {
  type = object({ a = optional(set(object({})), [{  }]) })
  default = { a = [] }
}
output "o165" { value = var.v165 }
variable "v167" {
  type = list(list(list(any)))
  default = [[[], []], []]
}
output "o167" { value = var.v167 }
variable "v168" {
  type = set(map(list(string)))
  default = [{ z = [false], a = [""], b = ["x y", 2.5, 1] }, { b = [], z = [] }]
}
output "o168" { value = var.v168 }
variable "v169" {
  type = object({ d = any })
  default = { d = false }
}
output "o169" { value = var.v169 }
variable "v170" {
  type = number
  default = "1"
}
output "o170" { value = var.v170 }
variable "v171" {
  type = list(list(list(number)))
  default = [[[]], [[]], []]
  nullable = false
}
output "o171" { value = var.v171 }
variable "v173" {
  type = string
  default = -3
}
output "o173" { value = var.v173 }
variable "v174" {
  type = map(object({ d = optional(list(string), [0, "x y"]) }))
  default = { z = { d = [] }, b = { d = [] }, a = { d = ["true"] } }
}
output "o174" { value = var.v174 }
variable "v175" {
  type = number
  default = "2.50"
}
output "o175" { value = var.v175 }
variable "v176" {
  type = string
  default = 0
}
output "o176" { value = var.v176 }
variable "v177" {
  type = map(object({}))
  default = { a = {  } }
}
output "o177" { value = var.v177 }
variable "v180" {
  type = object({})
  default = {  }
}
output "o180" { value = var.v180 }
variable "v181" {
  type = object({ b = optional(list(string)), d = optional(set(number), null) })
  default = null
}
output "o181" { value = var.v181 }
variable "v182" {
  type = tuple([list(number), list(object({ b = any, d = string })), string])
  default = [["2.50", 2.5], [{ b = [0, { d = 1, a = false, c = "x y" }], d = false }], true]
  nullable = false
}
output "o182" { value = var.v182 }
variable "v183" {
  type = tuple([list(number), bool])
  default = [[0], false]
}
output "o183" { value = var.v183 }
variable "v184" {
  type = string
  default = 1
}
output "o184" { value = var.v184 }
variable "v185" {
  type = any
  default = []
}
output "o185" { value = var.v185 }
variable "v186" {
  type = number
  default = "1"
}
output "o186" { value = var.v186 }
variable "v187" {
  type = number
  default = "1"
}
output "o187" { value = var.v187 }
variable "v189" {
  type = map(string)
  default = { a = "x y", b = "1", z = "true" }
}
output "o189" { value = var.v189 }
variable "v190" {
  type = object({})
  default = {  }
}
output "o190" { value = var.v190 }
variable "v191" {
  type = any
  default = {  }
}
output "o191" { value = var.v191 }
variable "v193" {
  type = list(string)
  default = ["x y"]
}
output "o193" { value = var.v193 }
variable "v194" {
  type = any
  default = true
}
output "o194" { value = var.v194 }
variable "v195" {
  type = object({})
  default = {  }
}
output "o195" { value = var.v195 }
variable "v198" {
  type = string
  default = false
}
output "o198" { value = var.v198 }
variable "v199" {
  type = bool
  default = "true"
}
output "o199" { value = var.v199 }
variable "v200" {
  type = map(object({ d = optional(number), c = optional(number) }))
  default = {  }
  nullable = false
}
output "o200" { value = var.v200 }
variable "v201" {
  type = object({ b = optional(map(map(string)), { z = { b = "a", z = -3 }, b = { b = null } }), c = list(object({ d = optional(number) })) })
  default = { c = [] }
}
output "o201" { value = var.v201 }
variable "v202" {
  type = number
  default = 2.5
}
output "o202" { value = var.v202 }
variable "v203" {
  type = object({ b = optional(object({ d = optional(any, { c = true, b = [""] }) }), { d = { b = { d = 0, a = "a", b = 0 }, d = "1" } }) })
  default = { b = {  } }
}
output "o203" { value = var.v203 }
variable "v206" {
  type = object({ a = optional(set(list(string))) })
  default = { a = [] }
}
output "o206" { value = var.v206 }
variable "v207" {
  type = list(object({ d = set(any), a = list(number) }))
  default = []
}
output "o207" { value = var.v207 }
variable "v208" {
  type = set(list(set(string)))
  default = [[[]]]
}
output "o208" { value = var.v208 }
variable "v209" {
  type = any
  default = { d = "x y" }
}
output "o209" { value = var.v209 }
variable "v210" {
  type = string
  default = ""
}
output "o210" { value = var.v210 }
variable "v212" {
  type = any
  default = ["true", [], [0, "a", ""]]
}
output "o212" { value = var.v212 }
variable "v214" {
  type = list(list(map(number)))
  default = []
}
output "o214" { value = var.v214 }
variable "v215" {
  type = set(number)
  default = [1, 0, 1]
}
output "o215" { value = var.v215 }
variable "v216" {
  type = list(set(object({ c = any })))
  default = [[], []]
}
output "o216" { value = var.v216 }
variable "v220" {
  type = object({ b = optional(string, 0), c = optional(number, "1") })
  default = { d = 0, a = 0 }
  nullable = false
}
output "o220" { value = var.v220 }
variable "v221" {
  type = set(object({}))
  default = [{  }, {  }]
}
output "o221" { value = var.v221 }
variable "v223" {
  type = tuple([list(object({ c = string, b = optional(string), a = number })), string, set(map(number))])
  default = [[], "1", [{ a = 0, b = "1", z = 2.5 }, { a = 0, z = "2.50", b = 1 }]]
}
output "o223" { value = var.v223 }
variable "v226" {
  type = bool
  default = true
}
output "o226" { value = var.v226 }
variable "v227" {
  type = map(set(list(number)))
  default = {  }
}
output "o227" { value = var.v227 }
variable "v228" {
  type = any
  default = "1"
  nullable = false
}
output "o228" { value = var.v228 }
variable "v229" {
  type = map(number)
  default = { z = -3, a = "1", b = 0 }
}
output "o229" { value = var.v229 }
variable "v230" {
  type = string
  default = "1"
  nullable = false
}
output "o230" { value = var.v230 }
variable "v232" {
  type = set(map(list(number)))
  default = [{  }, { b = [] }]
}
output "o232" { value = var.v232 }
variable "v235" {
  type = object({ b = optional(list(list(string)), []) })
  default = { b = [] }
}
output "o235" { value = var.v235 }
variable "v237" {
  type = string
  default = 0
}
output "o237" { value = var.v237 }
variable "v239" {
  type = object({})
  default = {  }
}
output "o239" { value = var.v239 }
variable "v240" {
  type = map(string)
  default = {  }
}
output "o240" { value = var.v240 }
variable "v243" {
  type = set(object({ d = object({ c = optional(string, 0), a = string }) }))
  default = []
}
output "o243" { value = var.v243 }
variable "v246" {
  type = object({ a = optional(number), c = optional(string) })
  default = { a = 1 }
}
output "o246" { value = var.v246 }
variable "v248" {
  type = list(set(object({ c = optional(string, "true") })))
  default = [[{ b = -3, c = true }]]
}
output "o248" { value = var.v248 }
variable "v249" {
  type = string
  default = "1"
  nullable = false
}
output "o249" { value = var.v249 }
