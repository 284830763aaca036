renders-count = { $count ->
    [one] { $count } picture
   *[other] { $count } pictures
}
