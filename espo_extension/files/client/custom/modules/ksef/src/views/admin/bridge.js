/** The page of the bridge's address and key, with what the bridge says of itself. */
define('modules/ksef/views/admin/bridge', [
    'views/settings/record/edit',
    'modules/ksef/record/form',
], (SettingsEdit, RecordForm) => class extends SettingsEdit {
    detailLayout = [
        {
            noteText: '$ksefBridge',
            noteStyle: 'info',
            rows: [[
                {name: 'ksefBridgeUrl'},
                {name: 'ksefBridgeApiKey', view: 'modules/ksef/views/admin/fields/api-key'},
            ]],
        },
        {
            label: 'Bridge Health',
            rows: [[{
                name: 'ksefBridgeHealth',
                view: 'modules/ksef/views/admin/fields/bridge-health',
                noLabel: true,
                fullWidth: true,
            }]],
        },
        {
            label: 'KSeF Jobs',
            rows: [[{
                name: 'ksefJobs',
                view: 'modules/ksef/views/admin/fields/jobs',
                noLabel: true,
                fullWidth: true,
            }]],
        },
        {
            label: 'KSeF at a Glance',
            rows: [[{
                name: 'ksefOverview',
                view: 'modules/ksef/views/admin/fields/overview',
                noLabel: true,
                fullWidth: true,
            }]],
        },
        {
            label: 'What KSeF Announces',
            rows: [[{
                name: 'ksefAnnouncements',
                view: 'modules/ksef/views/admin/fields/announcements',
                noLabel: true,
                fullWidth: true,
            }]],
        },
    ]

    setup() {
        super.setup();
        new RecordForm(this).process();
    }
});
