define('modules/ksef/views/ksef-profile/fields/authorization-certificate', [
    'modules/ksef/views/ksef-profile/fields/certificate',
], Certificate => class extends Certificate {
    expectedType = 'Authentication'
    selectPrimaryFilterName = 'fitForAuthorization'
});
