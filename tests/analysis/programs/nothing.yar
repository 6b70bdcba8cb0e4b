rule matches_nothing
{
    condition:
        false
}
