define('modules/ksef/views/ksef-profile/fields/offline-certificate', [
    'modules/ksef/views/ksef-profile/fields/certificate',
], Certificate => class extends Certificate {
    expectedType = 'Offline'
    selectPrimaryFilterName = 'fitForOffline'
});
