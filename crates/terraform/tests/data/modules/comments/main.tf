/* a */ locals /* b */ {
  # c
  a = 1 // d
  b = [ # e
    1, # f
    2 // g
    , 3
  ]
  c = { # h
    x = 1 # i
    # j
    y : 2,
    "z" = 3
  }
}
output "o" { value = [local.a, local.b, local.c] }
